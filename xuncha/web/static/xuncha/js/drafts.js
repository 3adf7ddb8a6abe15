// Long texts are kept in the browser while they are typed, and offered again after a crash, a lost connection or the
// end of a session. Kept per person and form (`data-draft`), thrown away once saved, on signing out, or after a week.
import { kept, whenHere } from "./page.js";

const START = "xuncha:draft:";
const WAIT_MS = 400;
const WEEK_MS = 7 * 24 * 3600 * 1000;

const person = document.body.dataset.user || "";
const keyOf = (form) => `${START}${person}:${form.dataset.draft}`;

function texts(form) {
  return Array.from(form.elements).filter(
    (control) => control.name && control.matches("textarea, input[type=text], input:not([type])"),
  );
}

function save(form) {
  const changed = texts(form).filter((control) => control.value !== control.defaultValue);
  if (!changed.length) {
    kept.remove("localStorage", keyOf(form));
    return;
  }
  const values = {};
  for (const control of changed) values[control.name] = control.value;
  kept.set("localStorage", keyOf(form), { at: Date.now(), version: form.dataset.version || "", values });
}

function offer(form) {
  const draft = kept.get("localStorage", keyOf(form));
  const template = document.getElementById("draft-offer");
  if (!draft || !template) return;
  const lost = texts(form).filter((control) => control.name in draft.values && control.value !== draft.values[control.name]);
  if (!lost.length) {
    // What was sent came back with errors, or was saved: it is on the page.
    return;
  }
  const told = template.content.firstElementChild.cloneNode(true);
  const at = new Date(draft.at);
  const two = (number) => String(number).padStart(2, "0");
  const time = `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
  for (const place of told.querySelectorAll("[data-time]")) place.textContent = time;
  for (const part of told.querySelectorAll("[data-changed-since]")) {
    part.hidden = draft.version === (form.dataset.version || "");
  }
  told.querySelector("[data-restore]").addEventListener("click", () => {
    for (const control of lost) {
      control.value = draft.values[control.name];
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    told.remove();
    lost[0].focus();
  });
  told.querySelector("[data-discard]").addEventListener("click", () => {
    kept.remove("localStorage", keyOf(form));
    told.remove();
    lost[0].focus();
  });
  form.prepend(told);
}

if (person) {
  whenHere("form[data-draft]", (form) => {
    // A form that was sent and is not here any more with faults has been saved: its page says so by not having it.
    if (kept.get("sessionStorage", `${keyOf(form)}:sent`)) {
      kept.remove("sessionStorage", `${keyOf(form)}:sent`);
      if (!form.querySelector(".is-wrong") && !document.querySelector(".error-summary")) kept.remove("localStorage", keyOf(form));
    }
    offer(form);
    let timer = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => save(form), WAIT_MS);
    });
    const now = () => {
      window.clearTimeout(timer);
      save(form);
    };
    window.addEventListener("pagehide", () => form.isConnected && !("sending" in form.dataset) && now());
    form.addEventListener("submit", () => {
      now();
      kept.set("sessionStorage", `${keyOf(form)}:sent`, true);
    });
  });

  // Sent by a page that went on elsewhere: saved, unless the form stands here again (above).
  for (const mark of kept.keys("sessionStorage", `${START}${person}:`)) {
    const key = mark.slice(0, -":sent".length);
    if (!document.querySelector(`form[data-draft="${CSS.escape(key.slice(START.length + person.length + 1))}"]`)) {
      kept.remove("sessionStorage", mark);
      if (document.body.dataset.status !== "error") kept.remove("localStorage", key);
    }
  }

  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches || !form.matches("form[data-draft]")) return;
    kept.remove("sessionStorage", `${keyOf(form)}:sent`);
    if (event.detail.xhr.status >= 200 && event.detail.xhr.status < 400) kept.remove("localStorage", keyOf(form));
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-sign-out]")) return;
    for (const key of kept.keys("localStorage", `${START}${person}:`)) kept.remove("localStorage", key);
    for (const key of kept.keys("sessionStorage", "xuncha:")) kept.remove("sessionStorage", key);
  });
}

for (const key of kept.keys("localStorage", START)) {
  const draft = kept.get("localStorage", key);
  if (!draft || Date.now() - draft.at > WEEK_MS) kept.remove("localStorage", key);
}
