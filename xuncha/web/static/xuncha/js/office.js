// Pages of the office: the tree of units, choosing units by sector or with all below them, arrows in the heat map.

// A sector's box marks all its units; a unit's box with Shift marks all that stands below it.
for (const form of document.querySelectorAll("[data-choose-units]")) {
  const boxes = [...form.querySelectorAll("input[name=unit]")];
  const number = document.querySelector("[data-number]");
  const show = () => {
    if (number) number.textContent = String(boxes.filter((box) => box.checked).length);
    for (const sector of form.querySelectorAll("[data-sector]")) {
      const all = sector.querySelector("[data-all]");
      const own = [...sector.querySelectorAll("input[name=unit]")];
      const chosen = own.filter((box) => box.checked).length;
      all.hidden = false;
      all.checked = chosen === own.length;
      all.indeterminate = chosen > 0 && chosen < own.length;
    }
  };
  form.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=unit]");
    if (box && event.shiftKey) {
      for (const other of boxes) {
        if (other.dataset.path.startsWith(box.dataset.path)) other.checked = box.checked;
      }
    }
  });
  form.addEventListener("change", (event) => {
    const all = event.target.closest("[data-all]");
    if (all) {
      for (const box of all.closest("[data-sector]").querySelectorAll("input[name=unit]")) box.checked = all.checked;
    }
    show();
  });
  show();
}

// One stop of the Tab key for a whole picture; arrows move from figure to figure, Home and End along a row.
for (const picture of document.querySelectorAll("[data-heat]")) {
  const rows = [...picture.querySelectorAll(":scope > svg")].map((row) => [...row.querySelectorAll("a")]);
  const links = rows.flat();
  if (!links.length) continue;
  const enter = (link) => {
    for (const other of links) other.setAttribute("tabindex", other === link ? "0" : "-1");
  };
  enter(links[0]);
  const place = (link) => link.querySelector("svg").getBoundingClientRect().left;
  picture.addEventListener("focusin", (event) => {
    const link = event.target.closest("a");
    if (link) enter(link);
  });
  picture.addEventListener("keydown", (event) => {
    const link = event.target.closest("a");
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rows.findIndex((row) => row.includes(link));
    const index = rows[at].indexOf(link);
    const nearest = (row) =>
      row.reduce((best, each) => (Math.abs(place(each) - place(link)) < Math.abs(place(best) - place(link)) ? each : best));
    const below = () => rows.slice(at + 1).find((row) => row.length);
    const above = () => rows.slice(0, at).reverse().find((row) => row.length);
    const targets = {
      ArrowRight: () => rows[at][index + 1],
      ArrowLeft: () => rows[at][index - 1],
      ArrowDown: () => below() && nearest(below()),
      ArrowUp: () => above() && nearest(above()),
      Home: () => rows[at][0],
      End: () => rows[at].at(-1),
    };
    const target = targets[event.key]?.();
    if (event.key in targets) event.preventDefault();
    if (target) target.focus();
  });
}

// The tree: a button folds what stands below; arrows go up and down, right opens, left closes or goes to the unit above.
document.addEventListener("click", (event) => {
  const turn = event.target.closest("[data-turn]");
  if (turn) fold(turn.closest("li"), turn.getAttribute("aria-expanded") === "true");
});

function fold(item, closed) {
  item.classList.toggle("is-closed", closed);
  item.querySelector(":scope > .line-of > [data-turn]")?.setAttribute("aria-expanded", String(!closed));
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest("[data-tree] a");
  if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
  const item = link.closest("li");
  const links = [...link.closest("[data-tree]").querySelectorAll("a")].filter((each) => each.offsetParent !== null);
  const go = (step) => links[links.indexOf(link) + step]?.focus();
  const isOpen = item.querySelector(":scope > ul") && !item.classList.contains("is-closed");
  if (event.key === "ArrowDown") go(1);
  else if (event.key === "ArrowUp") go(-1);
  else if (event.key === "ArrowRight" && item.classList.contains("is-closed")) fold(item, false);
  else if (event.key === "ArrowRight" && isOpen) go(1);
  else if (event.key === "ArrowLeft" && isOpen) fold(item, true);
  else if (event.key === "ArrowLeft") item.parentElement.closest("li")?.querySelector(":scope > .line-of > a").focus();
  else return;
  event.preventDefault();
});
