// The timeline of a plan: arrow keys move the bar of the row in focus by a working day, Shift moves its end; bars are
// drawn with the pointer too. The server reckons the days and draws the row anew; presses meanwhile are added up.
import { onKey } from "./keys.js";
import { here } from "./table.js";

const QUIET_MS = 350;
const GRIP_PX = 10;
const DAY_MS = 24 * 3600 * 1000;

const table = document.querySelector("[data-timeline]");
const barOf = (row) => row && row.querySelector("[data-bar]");

/** What was pressed and not yet sent, by the address of the measure. */
const waiting = new Map();
let timer = 0;
let isSending = false;

async function send(url, values) {
  const box = document.querySelector(`[data-bar][data-url="${url}"]`)?.closest(".gantt-box");
  if (!box) return;
  const { version } = box.querySelector("[data-bar]").dataset;
  const sent = { ...values, version, first: table.dataset.first, last: table.dataset.last };
  await window.htmx.ajax("POST", url, { target: box, swap: "outerHTML", values: sent });
}

async function sendAll() {
  if (isSending) return;
  isSending = true;
  try {
    while (waiting.size) {
      const [key, by] = waiting.entries().next().value;
      waiting.delete(key);
      const [end, url] = [key[0], key.slice(1)];
      if (by) await send(url, { by, end });
    }
  } finally {
    isSending = false;
  }
}

function step(event) {
  const bar = barOf(here());
  if (!bar) return false;
  const key = `${event.shiftKey ? "1" : "0"}${bar.dataset.url}`;
  waiting.set(key, (waiting.get(key) || 0) + (event.key === "ArrowRight" ? 1 : -1));
  window.clearTimeout(timer);
  timer = window.setTimeout(sendAll, QUIET_MS);
  return true;
}

if (table) {
  const has = (word) => () => (table.querySelector("[data-bar]") ? word : "");
  onKey("ArrowLeft ArrowRight", has(table.dataset.moveWord), step);
  onKey("Shift+ArrowLeft Shift+ArrowRight", has(table.dataset.endWord), step);
}

// --- by the pointer

const dayOf = (words) => Date.parse(`${words}T00:00:00Z`);
const wordsOf = (time) => new Date(time).toISOString().slice(0, 10);

function days() {
  return (dayOf(table.dataset.last) - dayOf(table.dataset.first)) / DAY_MS + 1;
}

function atEnd(event, bar) {
  const box = bar.querySelector(".bar-plan").getBoundingClientRect();
  return event.clientX > box.right - GRIP_PX;
}

function drag(event) {
  const grip = event.target.closest(".bar-grip");
  if (!grip || event.button) return;
  const bar = grip.closest("[data-bar]");
  const width = bar.ownerSVGElement.getBoundingClientRect().width;
  const onlyEnd = atEnd(event, bar) || !bar.dataset.starts;
  const begun = event.clientX;
  let moved = 0;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  bar.classList.add("is-dragged");
  const shapes = Array.from(bar.querySelectorAll(".bar-plan, .bar-focus, .bar-grip"), (shape) => [
    shape,
    parseFloat(shape.getAttribute("x")),
    parseFloat(shape.getAttribute("width")),
  ]);
  const span = bar.dataset.starts ? (dayOf(bar.dataset.due) - dayOf(bar.dataset.starts)) / DAY_MS : 0;
  const show = () => {
    const share = (moved / days()) * 100;
    for (const [shape, x, wide] of shapes) {
      if (onlyEnd && bar.dataset.starts) shape.setAttribute("width", `${Math.max(wide + share, 0.2)}%`);
      else shape.setAttribute("x", `${x + share}%`);
    }
  };
  const onMove = (next) => {
    moved = Math.round(((next.clientX - begun) / width) * days());
    if (onlyEnd && bar.dataset.starts) moved = Math.max(moved, -span);
    show();
  };
  const stop = (isKept) => {
    grip.removeEventListener("pointermove", onMove);
    bar.classList.remove("is-dragged");
    if (!isKept || !moved) {
      moved = 0;
      show();
      return;
    }
    const due = wordsOf(dayOf(bar.dataset.due) + moved * DAY_MS);
    const starts = onlyEnd || !bar.dataset.starts ? bar.dataset.starts : wordsOf(dayOf(bar.dataset.starts) + moved * DAY_MS);
    send(bar.dataset.url, { starts_on: starts, due_on: due });
  };
  grip.addEventListener("pointermove", onMove);
  grip.addEventListener("pointerup", () => stop(true), { once: true });
  grip.addEventListener("pointercancel", () => stop(false), { once: true });
}

document.addEventListener("pointerdown", (event) => table && drag(event));
document.addEventListener("pointermove", (event) => {
  const grip = event.target.closest && event.target.closest(".bar-grip");
  if (grip && !grip.closest(".is-dragged")) grip.classList.toggle("at-end", atEnd(event, grip.closest("[data-bar]")));
});

// --- on paper

for (const button of document.querySelectorAll("[data-print-page]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
