// Keys: `data-keys` on what can be pressed, and a list of them all under `?`.
import { isShown, takesText } from "./page.js";

const registered = [];

/**
 * A key that no element stands for, such as a move in a list.
 * `act(event)` returns false where the key means nothing at the moment. `label` is what the list of keys says.
 */
export function onKey(keys, label, act) {
  registered.push({ keys: keys.split(" "), label, act });
}

/** The key of an event as it is written in `data-keys`: `x`, `?`, `Enter`, `Ctrl+Enter`, `Alt+n`. */
export function nameOf(event) {
  const held = [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : ""];
  if (event.shiftKey && event.key.length > 1) held.push("Shift");
  return [...held.filter(Boolean), event.key === " " ? "Space" : event.key].join("+");
}

function keysOf(element) {
  return element.dataset.keys.split(" ").filter(Boolean);
}

function openDialog() {
  const open = document.querySelectorAll("dialog[open]");
  return open.length ? open[open.length - 1] : null;
}

/** Elements whose keys count now: of the open dialog alone; of rows, those of the row in focus. */
function pressable() {
  const dialog = openDialog();
  return Array.from((dialog || document).querySelectorAll("[data-keys]")).filter((element) => {
    const row = element.closest("[data-row]");
    return isShown(element) && (!row || row.classList.contains("is-here"));
  });
}

/** Of several with the same key: the newest toast, then the row in focus, then the first on the page. */
function chosen(name) {
  const fitting = pressable().filter((element) => keysOf(element).includes(name));
  const toasts = fitting.filter((element) => element.closest("[data-toast]"));
  return toasts.pop() || fitting.find((element) => element.closest("[data-row]")) || fitting[0];
}

function press(element) {
  if (takesText(element)) {
    element.focus();
    if (element.select) element.select();
  } else if (element.matches("details")) {
    element.open = !element.open;
    element.querySelector("summary").focus();
  } else {
    element.click();
  }
}

document.addEventListener("keydown", (event) => {
  // While Chinese is being composed, keys belong to the input method (229 where it does not say so).
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const name = nameOf(event);
  const held = name.startsWith("Ctrl+") || name.startsWith("Alt+");
  if (takesText(event.target) && !held) return;
  // Enter and Space press what has the focus.
  const onControl = event.target.closest && event.target.closest("a[href], button, summary, input, label");
  if (onControl && (name === "Enter" || name === "Space")) return;
  const element = chosen(name);
  if (element) {
    event.preventDefault();
    if (element.disabled || element.getAttribute("aria-disabled") === "true") return;
    if (name === "?") showKeys();
    else press(element);
    return;
  }
  if (openDialog()) return;
  for (const { keys, act } of registered) {
    if (keys.includes(name) && act(event) !== false) {
      event.preventDefault();
      return;
    }
  }
});

document.addEventListener("click", (event) => {
  if (event.target.closest('[data-keys~="?"]')) showKeys();
});

function labelOf(element) {
  const own = element.dataset.keysLabel || element.getAttribute("aria-label");
  if (own) return own;
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd, svg")) key.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function line(list, keys, label) {
  const term = document.createElement("dt");
  keys.forEach((key, index) => {
    if (index) term.append(" ");
    const cap = document.createElement("kbd");
    cap.textContent = key;
    term.append(cap);
  });
  const told = document.createElement("dd");
  told.textContent = label;
  list.append(term, told);
}

/** Opens the list of the keys of this page. */
export function showKeys() {
  const dialog = document.getElementById("key-help");
  if (!dialog || dialog.open) return;
  const list = dialog.querySelector("[data-key-list]");
  list.textContent = "";
  const told = new Set();
  const tell = (keys, label) => {
    const mark = keys.join(" ");
    if (!label || told.has(mark)) return;
    told.add(mark);
    line(list, keys, label);
  };
  for (const { keys, label } of registered) tell(keys, typeof label === "function" ? label() : label);
  const inRows = document.querySelector("[data-row] [data-keys]");
  if (inRows && !document.querySelector("[data-row].is-here [data-keys]")) {
    // No row is in focus yet: those of the first one tell what the keys do.
    for (const element of inRows.closest("[data-row]").querySelectorAll("[data-keys]")) {
      tell(keysOf(element), labelOf(element));
    }
  }
  for (const element of pressable()) tell(keysOf(element), labelOf(element));
  tell(["Esc"], list.dataset.escape);
  dialog.showModal();
}
