// Rows: j k move, x chooses, Enter opens; the row in focus unfolds. Chosen rows are counted over all pages of a list.
import { onKey } from "./keys.js";
import { isShown, kept, whenHere } from "./page.js";

const HERE = "is-here";

function lists() {
  return Array.from(document.querySelectorAll("[data-rows]")).filter(isShown);
}

function rowsOf(list) {
  return Array.from(list.querySelectorAll("[data-row]")).filter(isShown);
}

/** The list that keys move in: the one with the row in focus, else the first on the page. */
function currentList() {
  const here = document.querySelector(`[data-row].${HERE}`);
  const list = here && here.closest("[data-rows]");
  return list && isShown(list) ? list : lists()[0];
}

/** The row in focus, or null. */
export function here() {
  const list = currentList();
  return list ? list.querySelector(`[data-row].${HERE}`) : null;
}

/** Puts a row in focus; it unfolds, and a `xuncha:here` event tells the page. */
export function goTo(row, { focus = true } = {}) {
  const list = row.closest("[data-rows]");
  for (const other of list.querySelectorAll(`[data-row].${HERE}`)) {
    if (other !== row) other.classList.remove(HERE);
  }
  const isNew = !row.classList.contains(HERE);
  row.classList.add(HERE);
  if (focus) {
    if (!row.hasAttribute("tabindex")) row.tabIndex = -1;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }
  if (isNew) row.dispatchEvent(new CustomEvent("xuncha:here", { bubbles: true }));
}

function move(step) {
  const list = currentList();
  if (!list) return false;
  const rows = rowsOf(list);
  const at = rows.findIndex((row) => row.classList.contains(HERE));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  if (next) goTo(next);
  return Boolean(rows.length);
}

const words = () => {
  const list = document.querySelector("[data-key-list]");
  return list && lists().length ? list.dataset : {};
};
const choosing = () => document.querySelector("[data-rows] [data-row] input[data-choose]");

onKey("j k", () => words().move, (event) => move(event.key === "j" ? 1 : -1));
onKey("ArrowDown ArrowUp", "", (event) => {
  if (!event.target.matches("[data-row]")) return false;
  return move(event.key === "ArrowDown" ? 1 : -1);
});
onKey("x", () => (choosing() ? words().choose : ""), () => {
  const row = here();
  const box = row && row.querySelector("input[data-choose]");
  if (!box) return false;
  box.click();
  return true;
});
onKey("Enter", () => (document.querySelector("[data-row] [data-open]") ? words().open : ""), () => {
  const row = here();
  const link = row && row.querySelector("[data-open]");
  if (!link) return false;
  link.click();
  return true;
});
onKey("Escape", "", () => {
  const list = currentList();
  const choice = list && choices.get(list);
  if (choice && choice.size()) {
    choice.clear();
    return true;
  }
  const row = here();
  if (!row) return false;
  row.classList.remove(HERE);
  row.blur();
  return true;
});

document.addEventListener("focusin", (event) => {
  const row = event.target.closest("[data-rows] [data-row]");
  if (row && !row.classList.contains(HERE) && event.target.matches(":focus-visible")) goTo(row, { focus: false });
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] [data-row]");
  if (!row || event.target.closest("a, button, input, label, select, textarea, summary")) return;
  // Marking words with the mouse is no wish to go elsewhere.
  if (String(window.getSelection())) return;
  goTo(row);
});

// --- choice over all pages

const choices = new WeakMap();

/**
 * What is chosen in a list. Boxes of this page are part of the form as they are; numbers of other pages go into its
 * field `also`, and "all that match" into `all`. It is kept for the tab under `data-choice`, which names the list with
 * its filters: with other filters one begins anew.
 */
class Choice {
  constructor(list) {
    this.list = list;
    this.key = list.dataset.choice ? `xuncha:choice:${list.dataset.choice}` : "";
    const before = (this.key && kept.get("sessionStorage", this.key)) || {};
    this.ids = new Set(before.ids || []);
    this.all = Boolean(before.all);
    this.last = null;
    for (const box of this.boxes()) {
      if (box.checked) this.ids.add(box.value);
      box.checked = this.all || this.ids.has(box.value);
    }
    list.addEventListener("click", (event) => this.clicked(event));
    list.addEventListener("change", (event) => this.changed(event));
    this.show();
  }

  boxes() {
    return Array.from(this.list.querySelectorAll("[data-row] input[data-choose]"));
  }

  bar() {
    return document.querySelector(`[data-bulk="${this.list.id}"]`);
  }

  size() {
    return this.all ? Number(this.list.dataset.total || 0) || this.boxes().length : this.ids.size;
  }

  clicked(event) {
    const box = event.target;
    if (!box.matches("[data-row] input[data-choose]")) return;
    const boxes = this.boxes();
    if (event.shiftKey && this.last && boxes.includes(this.last)) {
      const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) this.set(between, box.checked);
    }
    this.last = box;
  }

  changed(event) {
    const box = event.target;
    if (box.matches("[data-choose-page]")) {
      for (const each of this.boxes()) this.set(each, box.checked);
    } else if (box.matches("[data-row] input[data-choose]")) {
      this.set(box, box.checked);
    } else {
      return;
    }
    this.show();
  }

  set(box, on) {
    if (this.all && !on) {
      // "All but this one" is not offered: what is left are those in sight.
      this.all = false;
      this.ids = new Set(this.boxes().filter((each) => each.checked).map((each) => each.value));
    }
    box.checked = on;
    if (on) this.ids.add(box.value);
    else this.ids.delete(box.value);
  }

  chooseAll() {
    this.all = true;
    for (const box of this.boxes()) this.set(box, true);
    this.show();
  }

  clear() {
    this.all = false;
    this.ids.clear();
    for (const box of this.boxes()) box.checked = false;
    this.show();
  }

  show() {
    const boxes = this.boxes();
    const onPage = boxes.filter((box) => box.checked).length;
    for (const box of boxes) {
      box.closest("[data-row]").classList.toggle("is-chosen", box.checked);
    }
    for (const box of this.list.querySelectorAll("[data-choose-page]")) {
      box.checked = boxes.length > 0 && onPage === boxes.length;
      box.indeterminate = onPage > 0 && onPage < boxes.length;
    }
    if (this.key) {
      if (this.size()) kept.set("sessionStorage", this.key, { ids: Array.from(this.ids), all: this.all });
      else kept.remove("sessionStorage", this.key);
    }
    const bar = this.bar();
    if (!bar) return;
    bar.classList.toggle("is-shown", this.size() > 0);
    for (const number of bar.querySelectorAll("[data-chosen]")) {
      number.textContent = this.all && this.list.dataset.totalWord ? this.list.dataset.totalWord : this.size().toLocaleString("en");
    }
    const elsewhere = this.all ? 0 : this.ids.size - onPage;
    for (const part of bar.querySelectorAll("[data-elsewhere]")) part.hidden = !elsewhere;
    for (const number of bar.querySelectorAll("[data-elsewhere-count]")) number.textContent = String(elsewhere);
    for (const button of bar.querySelectorAll("[data-choose-all]")) button.hidden = this.all;
    const page = new Set(boxes.map((box) => box.value));
    field(bar, "also").value = this.all ? "" : Array.from(this.ids).filter((id) => !page.has(id)).join(",");
    field(bar, "all").value = this.all ? "1" : "";
  }
}

function field(form, name) {
  let input = form.querySelector(`input[type=hidden][name="${name}"]`);
  if (!input) {
    input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    form.append(input);
  }
  return input;
}

/** The choice of a list, for modules that need more than the bulk bar; null where rows cannot be chosen. */
export function choiceOf(list) {
  return choices.get(list) || null;
}

whenHere("[data-rows]", (list) => {
  if (list.querySelector("input[data-choose]") || list.dataset.choice) choices.set(list, new Choice(list));
});

// Rows that a fragment brought into a list that was there already.
document.addEventListener("htmx:load", (event) => {
  const list = event.detail.elt.closest && event.detail.elt.closest("[data-rows]");
  const choice = list && choices.get(list);
  if (choice) {
    for (const box of choice.boxes()) box.checked = choice.all || choice.ids.has(box.value);
    choice.show();
  }
});

function choiceOfBar(element) {
  const bar = element.closest("[data-bulk]");
  const list = bar && document.getElementById(bar.dataset.bulk);
  return list ? choices.get(list) : null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-choose-all], [data-choose-none]");
  const choice = button && choiceOfBar(button);
  if (!choice) return;
  if (button.matches("[data-choose-all]")) choice.chooseAll();
  else choice.clear();
});

// Choosing is a mode of its own on a phone.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick-toggle]");
  if (!button) return;
  const list = document.getElementById(button.dataset.pickToggle);
  if (list) button.setAttribute("aria-pressed", String(list.classList.toggle("is-picking")));
});

// What was done with the choice is done: it is forgotten.
document.addEventListener("choice-done", () => {
  for (const list of document.querySelectorAll("[data-rows]")) {
    const choice = choices.get(list);
    if (choice) choice.clear();
  }
});
