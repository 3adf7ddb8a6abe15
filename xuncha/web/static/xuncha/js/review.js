// Review of a paper: source and tree in step, one draft in hand, news of others. Words and states come from the server;
// this moves between drafts, keeps the two sides together and sends what the server cannot know.
import { kept, takesText, whenHere } from "./page.js";

const root = document.querySelector("[data-review]");
const source = root.querySelector("[data-source]");
const tree = root.querySelector("[data-tree]");
const presence = document.querySelector("[data-presence]");
const POLL_MS = 5000;

// --- the draft in hand

const rowOf = (key) => document.getElementById(`draft-${key}`);
const rows = () => Array.from(tree.querySelectorAll(".tree-row"));
const hereRow = () => tree.querySelector(".tree-row.is-here");
const keyHere = () => (hereRow() ? hereRow().dataset.draft : "");
const order = () => document.getElementById("order").value;

/** The draft `step` lines on; lines in folded parts count, the part unfolds. */
function neighbour(step, from = hereRow()) {
  const all = rows();
  const at = all.indexOf(from);
  return at < 0 ? all[step > 0 ? 0 : all.length - 1] : all[at + step];
}

/** The next one nobody looked at, behind the one in hand, else from the beginning; then simply the next line. */
function nextToLookAt() {
  const all = rows();
  const at = all.indexOf(hereRow());
  const waits = (row) => row.dataset.status === "unsure" || row.dataset.status === "unseen";
  const behind = all.slice(at + 1);
  return behind.find(waits) || all.slice(0, Math.max(at, 0)).find(waits) || null;
}

function fold(row) {
  row.classList.remove("is-here");
  row.removeAttribute("aria-current");
  const unfolded = row.querySelector(":scope > .unfolded");
  if (unfolded) unfolded.remove();
}

function open(key, form = "", query = "") {
  const row = rowOf(key);
  if (row) {
    // Seen at once; the answer fills it.
    const old = hereRow();
    if (old && old !== row) fold(old);
    row.classList.add("is-here");
    show(row);
  }
  const path = `${root.dataset.url}drafts/${key}/${form}${form ? "/" : ""}${query}`;
  return window.htmx.ajax("GET", path, { source: tree, swap: "none" });
}

/** The row in sight, its part unfolded, the words of the paper beside it. */
function show(row, { focus = true } = {}) {
  const part = row.closest("details");
  if (part && !part.open) part.open = true;
  intoView(tree, row);
  mark(row.dataset.draft);
  if (focus && !takesText(document.activeElement)) {
    const link = row.querySelector(".what");
    link.focus({ preventScroll: true });
  }
}

function intoView(pane, element, where = "nearest") {
  if (getComputedStyle(pane).overflowY === "visible") {
    element.scrollIntoView({ block: where });
    return;
  }
  quiet(pane);
  const box = pane.getBoundingClientRect();
  const own = element.getBoundingClientRect();
  const top = own.top - box.top;
  const bottom = own.bottom - box.top;
  if (where === "centre") pane.scrollTop += top - box.height / 3;
  else if (top < 40) pane.scrollTop += top - 40;
  else if (bottom > box.height - 8) pane.scrollTop += Math.min(bottom - box.height + 8, top - 40);
}

/** Marks the words of the draft in hand, and brings them into sight. */
function mark(key) {
  for (const said of source.querySelectorAll(".said-now")) said.classList.remove("said-now");
  const spans = source.querySelectorAll(`[data-draft="${key}"]`);
  for (const span of spans) span.classList.add("said-now");
  for (const number of source.querySelectorAll(".said-no.is-now")) number.classList.remove("is-now");
  const number = source.querySelector(`[data-no="${key}"]`);
  if (number) number.classList.add("is-now");
  if (!spans.length) return;
  const box = source.getBoundingClientRect();
  const own = spans[0].getBoundingClientRect();
  if (own.top < box.top + 24 || own.bottom > box.bottom - 24) intoView(source, spans[0], "centre");
  turnPage();
}

/** The words in the paper bear the state of their line. */
function paint(row) {
  const now = row.classList.contains("is-here") ? " said-now" : "";
  for (const span of source.querySelectorAll(`[data-draft="${row.dataset.draft}"]`)) {
    span.className = (row.dataset.said || "said-none") + now;
  }
}

// --- both sides in step: the side that is being scrolled leads

let leading = null;
let quietUntil = 0;
function quiet(pane) {
  // What scrolls because we scrolled it leads nobody.
  if (leading !== pane) quietUntil = Date.now() + 150;
}
for (const pane of [source, tree]) {
  for (const kind of ["wheel", "touchstart", "pointerdown", "keydown", "focusin"]) {
    pane.addEventListener(kind, () => (leading = pane), { passive: true });
  }
}

function firstInSight(pane, selector) {
  const box = pane.getBoundingClientRect();
  const found = pane.querySelectorAll(selector);
  let low = 0;
  let high = found.length - 1;
  // In the order of the page, so in the order of their places: 1,000 of them are not all measured.
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle].getBoundingClientRect().bottom > box.top + 48) high = middle;
    else low = middle + 1;
  }
  return found[low] || null;
}

let waiting = 0;
source.addEventListener("scroll", () => {
  window.cancelAnimationFrame(waiting);
  waiting = window.requestAnimationFrame(() => {
    turnPage();
    if (leading !== source || Date.now() < quietUntil) return;
    const span = firstInSight(source, "[data-draft]");
    const row = span && rowOf(span.dataset.draft);
    if (row && row.offsetParent) intoView(tree, row);
    else if (row) intoView(tree, row.closest("details"));
  });
});
tree.addEventListener("scroll", () => {
  window.cancelAnimationFrame(waiting);
  waiting = window.requestAnimationFrame(() => {
    if (leading !== tree || Date.now() < quietUntil) return;
    const shown = Array.from(tree.querySelectorAll("details[open] .tree-row"));
    const box = tree.getBoundingClientRect();
    const row = shown.find((each) => each.getBoundingClientRect().bottom > box.top + 48);
    const span = row && source.querySelector(`[data-draft="${row.dataset.draft}"]`);
    if (span) intoView(source, span);
  });
});

const pageWords = root.querySelector("[data-page-words]");
function turnPage() {
  if (!pageWords) return;
  const box = source.getBoundingClientRect();
  let page = "1";
  for (const place of source.querySelectorAll("[data-page]")) {
    if (place.getBoundingClientRect().top > box.top + box.height / 2) break;
    page = place.dataset.page;
  }
  pageWords.textContent = pageWords.dataset.pageWords.replace("{page}", page).replace("{pages}", pageWords.dataset.pages);
}

// --- what is pressed

tree.addEventListener("click", (event) => {
  const back = event.target.closest("[data-form]");
  if (back) {
    event.preventDefault();
    const row = back.closest(".tree-row");
    if ("back" in back.dataset) forget(row);
    const url = new URL(back.href);
    window.htmx.ajax("GET", url.pathname + url.search, { source: tree, swap: "none" });
    return;
  }
  const row = event.target.closest(".tree-row");
  if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (row.classList.contains("is-here")) {
    if (event.target.closest(".what")) event.preventDefault();
    return;
  }
  event.preventDefault();
  open(row.dataset.draft);
});

source.addEventListener("click", (event) => {
  const said = event.target.closest("[data-draft], [data-no]");
  if (!said || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (!window.getSelection().isCollapsed) return;
  const key = said.dataset.draft || said.dataset.no;
  if (key !== keyHere()) open(key);
});

document.addEventListener("click", (event) => {
  const go = event.target.closest("[data-go]");
  if (go) {
    const next = neighbour(Number(go.dataset.go));
    if (next) open(next.dataset.draft);
  }
  if (event.target.closest("[data-only]")) {
    const select = document.getElementById("order");
    select.value = select.value === "only" ? "paper" : "only";
    reorder();
  }
  if (event.target.closest("[data-expand]")) expand(event.target.closest("[data-expand]"));
});

document.getElementById("order").addEventListener("change", reorder);
function reorder() {
  const path = `${root.dataset.url}?order=${order()}&draft=${keyHere()}`;
  window.htmx.ajax("GET", path, { source: tree, target: "#tree", swap: "outerHTML" }).then(() => {
    const row = hereRow() || rows()[0];
    if (row && row !== hereRow()) open(row.dataset.draft);
    else if (row) show(row);
  });
}

function expand(button) {
  const parts = Array.from(tree.querySelectorAll("details"));
  const all = parts.some((part) => !part.open);
  for (const part of parts) part.open = all;
  button.textContent = all ? button.dataset.closeWord : button.dataset.openWord;
}

// Keys inside texts: Escape gives up the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  const row = event.target.closest && event.target.closest(".tree-row");
  const back = row && row.querySelector("[data-back]");
  if (back && takesText(event.target)) {
    event.preventDefault();
    back.click();
  }
});

// --- requests: what the page knows goes along

document.addEventListener("htmx:configRequest", (event) => {
  const { parameters, path, verb } = event.detail;
  if (!path.startsWith(root.dataset.url)) return;
  for (const field of presence.querySelectorAll("#since input")) parameters[field.name] = field.value;
  parameters.order = order();
  if (!("here" in parameters) || !parameters.here) parameters.here = keyHere();
  if (verb !== "get") {
    const next = nextToLookAt();
    parameters.next = next ? next.dataset.draft : "";
  }
});

// What was asked for before the last step, or before something else was opened, is old when it comes.
let asked = 0;
let newest = 0;
const turns = new WeakMap();
document.addEventListener("htmx:beforeRequest", (event) => {
  const { requestConfig, xhr } = event.detail;
  if (!requestConfig.path.startsWith(root.dataset.url) || requestConfig.path.endsWith("/presence/")) return;
  asked += 1;
  turns.set(xhr, asked);
  newest = asked;
});

let folded = null;
let polled = false;
let typed = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  const path = event.detail.requestConfig ? event.detail.requestConfig.path : "";
  if (!path.startsWith(root.dataset.url)) return;
  const { requestConfig, xhr } = event.detail;
  if (requestConfig.verb === "get" && turns.get(xhr) < newest) {
    event.detail.shouldSwap = false;
    return;
  }
  folded = new Set(Array.from(tree.querySelectorAll("details")).map((part) => [part.id, part.open].join(" ")));
  polled = path.endsWith("/presence/");
  typed = document.activeElement && tree.contains(document.activeElement) ? document.activeElement.name || "" : "";
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target) return;
  const inHand = hereRow();
  // News of others does not take the draft in hand from under one's hands.
  if (polled && inHand && target === inHand) {
    event.detail.shouldSwap = false;
    inHand.classList.add("is-changed");
    if (!inHand.querySelector("form[data-edit], form[data-picker], form[data-split], .conflict")) {
      window.setTimeout(() => open(inHand.dataset.draft));
    }
    return;
  }
  if (target.matches && target.matches(".tree-row") && fragment && fragment.querySelector && !polled) {
    if (fragment.querySelector(".is-here") && inHand && inHand !== target) fold(inHand);
  }
});

document.addEventListener("htmx:oobAfterSwap", (event) => {
  const element = event.detail.target;
  if (element && element.matches && element.matches("details, #tree")) unfold();
});

function unfold() {
  for (const part of tree.querySelectorAll("details")) {
    if (folded && folded.has(`${part.id} true`)) part.open = true;
  }
}

// Pieces come one by one and wear the old classes until they settle: what follows is done once, behind the last.
let settling = 0;
let isNewsOnly = true;
document.addEventListener("htmx:afterSettle", (event) => {
  const path = event.detail.requestConfig ? event.detail.requestConfig.path : "";
  if (!path.startsWith(root.dataset.url)) return;
  isNewsOnly = isNewsOnly && path.endsWith("/presence/");
  window.clearTimeout(settling);
  settling = window.setTimeout(() => {
    after(isNewsOnly);
    isNewsOnly = true;
  });
});

function after(isNews) {
  const all = tree.querySelectorAll(".tree-row.is-here");
  for (const row of rows()) {
    const spans = source.querySelectorAll(`[data-draft="${row.dataset.draft}"]`);
    if (spans.length && !spans[0].classList.contains((row.dataset.said || "said-none").split(" ").pop())) paint(row);
  }
  if (isNews || !all.length) {
    for (const span of source.querySelectorAll(`[data-draft="${keyHere()}"]`)) span.classList.add("said-now");
    return;
  }
  const row = all[all.length - 1];
  for (const other of all) if (other !== row) fold(other);
  const first = row.querySelector(".error-summary, [data-first], [data-picker-search], input[type=radio]:checked");
  show(row, { focus: !first });
  if (first && !row.contains(document.activeElement)) first.focus({ preventScroll: true });
  else if (first && typed === "") first.focus({ preventScroll: true });
}

// --- a list of boxes in the edit form

tree.addEventListener("click", (event) => {
  const add = event.target.closest("[data-list-add]");
  if (add) {
    const item = add.closest("[data-list]").querySelector("[data-list-new]").content.firstElementChild.cloneNode(true);
    add.before(item);
    item.querySelector("textarea").focus();
  }
  const remove = event.target.closest("[data-list-remove]");
  if (remove) {
    const list = remove.closest("[data-list]");
    const form = remove.form;
    remove.closest(".list-item").remove();
    list.querySelector("[data-list-add]").focus();
    keep(form);
  }
});

// --- the place of a split: the cut moves, both findings are shown anew

tree.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-split]");
  if (!form || event.target.name !== "place") return;
  open(form.closest(".tree-row").dataset.draft, "split", `?place=${encodeURIComponent(event.target.value)}`);
});

// --- what was typed stays in the browser until it is saved

const person = document.body.dataset.user || "";
const keyOf = (form) => `xuncha:review:${person}:${form.dataset.formOf}:${form.getAttribute("action").split("/").at(-2)}`;
const valuesOf = (form) =>
  Array.from(new FormData(form)).filter(([name]) => !["csrfmiddlewaretoken", "version", "holds"].includes(name));

function keep(form) {
  if (form && form.dataset.formOf) kept.set("localStorage", keyOf(form), { at: Date.now(), values: valuesOf(form) });
}
function forget(row) {
  for (const form of row ? row.querySelectorAll("form[data-form-of]") : []) kept.remove("localStorage", keyOf(form));
}
tree.addEventListener("input", (event) => keep(event.target.form));
tree.addEventListener("change", (event) => keep(event.target.form));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  const { status } = event.detail.xhr;
  if (form.matches && form.matches("form[data-form-of]") && status >= 200 && status < 300) {
    kept.remove("localStorage", keyOf(form));
  }
});

whenHere("form[data-form-of]", (form) => {
  const key = keyOf(form);
  const found = kept.get("localStorage", key);
  const values = found && found.values;
  if (!values || JSON.stringify(values) === JSON.stringify(valuesOf(form))) return;
  if (form.querySelector(".is-wrong")) return;
  restore(form, values);
});

function restore(form, values) {
  const by = new Map();
  for (const [name, value] of values) by.set(name, [...(by.get(name) || []), value]);
  for (const list of form.querySelectorAll("[data-list]")) {
    const name = list.querySelector("[name=holds]").value;
    const wanted = by.get(name) || [];
    for (const item of list.querySelectorAll(".list-item")) item.remove();
    for (const text of wanted) {
      const item = list.querySelector("[data-list-new]").content.firstElementChild.cloneNode(true);
      item.querySelector("textarea").value = text;
      list.querySelector("[data-list-add]").before(item);
    }
    by.delete(name);
  }
  for (const control of form.elements) {
    if (!control.name || control.type === "hidden" || !form.contains(control)) continue;
    const wanted = by.get(control.name);
    if (control.type === "checkbox" || control.type === "radio") control.checked = Boolean(wanted && wanted.includes(control.value));
    else if (wanted) control.value = wanted[0];
  }
  const told = document.getElementById("restored").content.firstElementChild.cloneNode(true);
  told.querySelector("[data-drop]").addEventListener("click", () => {
    kept.remove("localStorage", keyOf(form));
    const back = form.querySelector("[data-back]");
    open(form.dataset.formOf, back ? form.getAttribute("action").split("/").at(-2) : "");
  });
  form.prepend(told);
}

// --- what was missed: marked in the source, or from a list

const marker = root.querySelector("[data-mark-missed]");
function marked() {
  const selection = window.getSelection();
  if (!selection || selection.isCollapsed || !source.contains(selection.anchorNode)) return "";
  const range = selection.getRangeAt(0);
  const block = (node) => (node.nodeType === 1 ? node : node.parentElement).closest("[id^=b]");
  const first = block(range.startContainer);
  const last = block(range.endContainer);
  if (!first || !last) return "";
  const start = Number(first.dataset.start) + offsetIn(first, range.startContainer, range.startOffset);
  const end = Number(last.dataset.start) + offsetIn(last, range.endContainer, range.endOffset);
  return end > start ? `${start}-${end}` : "";
}

/** Characters of the paper before a point in a block, as Python counts them; the numbers of findings are none. */
function offsetIn(block, container, offset) {
  const range = document.createRange();
  range.setStart(block, 0);
  range.setEnd(container, offset);
  const copy = range.cloneContents();
  for (const number of copy.querySelectorAll(".said-no")) number.remove();
  return Array.from(copy.textContent).length;
}

document.addEventListener("selectionchange", () => {
  const place = marked();
  marker.hidden = !place;
  if (!place) return;
  const own = window.getSelection().getRangeAt(0).getBoundingClientRect();
  const box = source.getBoundingClientRect();
  marker.style.setProperty("inset-block-start", `${own.bottom - box.top + source.scrollTop + 4}px`);
});
marker.addEventListener("pointerdown", (event) => event.preventDefault());
marker.addEventListener("click", () => addMarked(marked()));

function addMarked(place) {
  window.getSelection().removeAllRanges();
  window.htmx.ajax("POST", `${root.dataset.url}add/`, { source: tree, swap: "none", values: { place } });
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-add]")) return;
  const place = marked();
  if (place) {
    addMarked(place);
    return;
  }
  const dialog = document.getElementById("missed");
  const path = `${root.dataset.url}add/?here=${keyHere()}`;
  window.htmx.ajax("GET", path, { source: dialog, target: dialog, swap: "innerHTML" }).then(() => {
    if (!dialog.open) dialog.showModal();
    const search = dialog.querySelector("[data-picker-search]");
    if (search) search.focus();
  });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const dialog = event.detail.elt.closest && event.detail.elt.closest("dialog");
  if (dialog && dialog.id === "missed" && event.detail.requestConfig.verb === "post") dialog.close();
});

// --- others: who is here, and what they changed

function poll() {
  if (!document.hidden && navigator.onLine) {
    window.htmx.ajax("POST", presence.getAttribute("action"), { source: presence, swap: "none" }).catch(() => {});
  }
}
window.setInterval(poll, POLL_MS);

const first = hereRow();
if (first) {
  mark(first.dataset.draft);
  show(first, { focus: false });
}
turnPage();
