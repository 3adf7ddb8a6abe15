// The list of findings: a filter's box opens the menu at its values; the page for paper prints itself.

// A box in the toolbar and the menu of filters share one panel.
const drop = document.getElementById("filter-drop");
const panel = document.getElementById("filter-panel");
const facets = panel && panel.innerHTML;

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-opens-filter]");
  if (box && drop) {
    // After the click has closed what else was open.
    window.setTimeout(() => {
      drop.open = true;
    });
  }
});

if (drop) {
  drop.addEventListener("toggle", () => {
    if (drop.open) {
      const first = panel.querySelector("input[type=search], a, input");
      if (first) first.focus();
    } else if (panel.querySelector("form")) {
      // The next time it begins with the names of the filters again.
      panel.innerHTML = facets;
      window.htmx.process(panel);
    }
  });
  panel.addEventListener("htmx:afterSettle", () => {
    if (document.activeElement && document.activeElement.matches("#filter-panel input[type=search]")) return;
    const first = panel.querySelector("[autofocus], input[type=checkbox]");
    if (first) first.focus();
  });
}

// Back from a finding: its row is in focus again.
const gone = window.sessionStorage.getItem("xuncha:ledger:row");
if (gone) {
  const box = document.querySelector(`#rows input[data-choose][value="${CSS.escape(gone)}"]`);
  if (box) {
    const row = box.closest("[data-row]");
    row.classList.add("is-here");
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  window.sessionStorage.removeItem("xuncha:ledger:row");
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("#rows [data-open]");
  const box = link && link.closest("[data-row]").querySelector("input[data-choose]");
  if (box) window.sessionStorage.setItem("xuncha:ledger:row", box.value);
});

if (document.body.hasAttribute("data-print")) window.print();
