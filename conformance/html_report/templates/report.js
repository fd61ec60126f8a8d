// Filters over the rows, and buttons that copy a command. Without it every row is there, in its clause.
(() => {
  "use strict";
  const FEW = 300; // so many rows are shown at once without being asked for
  const form = document.querySelector(".filters");
  const status = form.querySelector("[role=status]");
  const columns = { level: 1, format: 2, regime: 3 };
  let clauses = null;

  const read = () => [...document.querySelectorAll(".clause")].map((element) => ({
    element,
    name: element.querySelector(".clause-name").textContent.toLowerCase(),
    rows: [...element.querySelectorAll(".rows tbody tr")].map((row) => {
      const cells = [...row.cells].map((cell) => cell.textContent.trim());
      const values = Object.fromEntries(Object.entries(columns).map(([name, index]) => [name, cells[index]]));
      return { row, ...values, verdict: cells[0].split(" ").pop(), text: cells.join(" ").toLowerCase() };
    }),
  }));

  const filter = () => {
    clauses ??= read();
    const wanted = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    const words = wanted.text.toLowerCase();
    const chosen = ["level", "format", "regime", "verdict"].filter((name) => wanted[name]);
    let shown = 0;
    for (const clause of clauses) {
      clause.shown = 0;
      for (const row of clause.rows) {
        const fits = chosen.every((name) => row[name] === wanted[name]) && (clause.name.includes(words) || row.text.includes(words));
        row.row.hidden = !fits;
        clause.shown += fits;
      }
      clause.element.hidden = clause.shown === 0;
      shown += clause.shown;
    }
    const isFiltered = chosen.length > 0 || words !== "";
    for (const clause of clauses) clause.element.open = isFiltered && shown <= FEW && clause.shown > 0;
    for (const chapter of document.querySelectorAll(".chapter")) chapter.hidden = !chapter.querySelector(".clause:not([hidden])");
    const all = Number(status.dataset.all).toLocaleString("en");
    status.textContent = isFiltered ? `${shown.toLocaleString("en")} of ${all} rows.` : `All ${all} rows.`;
  };

  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("code"));
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  };

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.hidden) form.reset();
    for (let element = target; element; element = element.parentElement) if (element.tagName === "DETAILS") element.open = true;
    target.scrollIntoView();
  };

  // A table that is wider than its place can be scrolled by the keyboard too; it is measured when it is first seen.
  const reach = (details) => {
    for (const place of details.querySelectorAll(":scope > .wide")) {
      if (!details.open || place.scrollWidth <= place.clientWidth) continue;
      place.tabIndex = 0;
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", "wide table");
    }
  };

  form.hidden = false;
  addEventListener("toggle", (event) => reach(event.target), true);
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  addEventListener("hashchange", reveal);
  reveal();
})();
