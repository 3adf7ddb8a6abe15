// Menus on <details class="drop">: one open at a time; closed by Esc, by a press elsewhere, by leaving with Tab.

function openDrops() {
  return Array.from(document.querySelectorAll("details.drop[open]"));
}

document.addEventListener("click", (event) => {
  for (const drop of openDrops()) {
    if (!drop.contains(event.target)) drop.open = false;
  }
  const item = event.target.closest("details.drop .item[data-close-drop]");
  if (item) item.closest("details.drop").open = false;
});

document.addEventListener("focusin", (event) => {
  for (const drop of openDrops()) {
    // A press on a label puts the focus on what lies around the menu before it reaches the box: that is no leaving.
    if (!drop.contains(event.target) && !event.target.contains(drop)) drop.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const drop = event.target.closest && event.target.closest("details.drop[open]");
  if (!drop || event.isComposing) return;
  const items = Array.from(drop.querySelectorAll(".drop-list a.item, .drop-list button.item, .drop-list input"));
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") {
    drop.open = false;
    drop.querySelector("summary").focus();
  } else if (event.key === "ArrowDown" && items.length && !document.activeElement.matches("textarea, select")) {
    items[(at + 1) % items.length].focus();
  } else if (event.key === "ArrowUp" && items.length && !document.activeElement.matches("textarea, select")) {
    items[(at - 1 + items.length) % items.length].focus();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}, true);
