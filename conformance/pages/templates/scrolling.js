// What is wider than its place can be scrolled by the keyboard too.
(() => {
  "use strict";
  const mark = () => {
    for (const element of document.querySelectorAll(".scrolling, pre")) {
      if (!element.checkVisibility()) continue; // measuring what is folded away would lay it out
      if (element.scrollWidth > element.clientWidth) {
        element.setAttribute("tabindex", "0");
        element.setAttribute("role", "group");
        element.setAttribute("aria-label", element.classList.contains("formula") ? "wide formula" : "wide content");
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) element.removeAttribute(name);
      }
    }
  };
  mark();
  addEventListener("resize", mark);
  document.addEventListener("toggle", mark, true); // what was folded away is measured when it is opened
})();
