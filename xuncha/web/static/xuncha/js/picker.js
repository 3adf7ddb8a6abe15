// A list to pick from: a search narrows it, arrow keys move in it, Enter takes. For categories, units, sentences.
import { isShown, whenHere } from "./page.js";

const fold = (words) => words.normalize("NFKC").toLowerCase();
const shownOf = (form, selector) => Array.from(form.querySelectorAll(selector)).filter(isShown);

function narrow(form, asked) {
  const words = fold(asked).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const item of form.querySelectorAll("[data-words]:not([data-picked])")) {
    const own = fold(item.dataset.words);
    item.hidden = !words.every((word) => own.includes(word));
    if (!item.hidden) found += 1;
  }
  for (const part of form.querySelectorAll(".picker-group, .picker-part")) {
    part.hidden = !part.querySelector("[data-words]:not([hidden])");
  }
  const empty = form.querySelector("[data-picker-empty]");
  if (empty) empty.hidden = found > 0;
}

function count(form) {
  const place = form.querySelector("[data-picked]");
  if (place) place.textContent = place.dataset.words.replace("{count}", String(form.querySelectorAll("[name=units]:checked").length));
}

function choose(form, fits, isChosen) {
  for (const box of form.querySelectorAll("[name=units]")) if (fits(box)) box.checked = isChosen;
  count(form);
  form.querySelector("[name=units]").dispatchEvent(new Event("change", { bubbles: true }));
}

whenHere("[data-picker]", (form) => {
  const search = form.querySelector("[data-picker-search]");
  const items = ".picker-item, [name=units]";
  count(form);
  search.addEventListener("input", () => narrow(form, search.value));
  form.addEventListener("change", () => count(form));
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const shown = shownOf(form, items);
    const at = shown.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (event.target.matches("select, input:not([type=checkbox]):not([type=search])")) return;
      event.preventDefault();
      const next = event.key === "ArrowDown" ? shown[at + 1] || shown[0] : shown[at - 1] || search;
      next.focus();
    } else if (event.key === "Enter" && event.target === search) {
      event.preventDefault();
      if (!shown.length) return;
      if (shown[0].matches("button")) shown[0].click();
      else {
        shown[0].checked = !shown[0].checked;
        shown[0].dispatchEvent(new Event("change", { bubbles: true }));
        search.select();
      }
    }
  });
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick-round]")) choose(form, (box) => "inRound" in box.dataset, true);
    if (event.target.closest("[data-pick-none]")) choose(form, () => true, false);
  });
  const sector = form.querySelector("[data-pick-sector]");
  if (sector) {
    sector.addEventListener("change", () => {
      if (sector.value) choose(form, (box) => box.dataset.sector === sector.value, true);
      sector.value = "";
    });
  }
});
