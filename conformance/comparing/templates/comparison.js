// Filters of the matrix; without a script every line is there.
(() => {
  "use strict";
  const find = (id) => document.getElementById(id);
  const form = find("filters");
  const rows = [...document.querySelectorAll(".matrix tbody tr")];
  const apply = () => {
    const clause = find("clause-filter").value.trim().toLowerCase();
    const format = find("format-filter").value;
    const failing = find("failing-filter").checked;
    for (const row of rows) {
      row.hidden =
        !row.dataset.clause.toLowerCase().includes(clause) ||
        (format !== "" && row.dataset.format !== format) ||
        (failing && "quiet" in row.dataset);
    }
    for (const chapter of document.querySelectorAll(".chapter")) {
      chapter.hidden = !chapter.querySelector("tbody tr:not([hidden])");
    }
    find("shown").textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} lines`;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();
