// Forms: nothing is sent twice, nothing typed is left unnoticed, and what is wrong is where one looks first.
import { takesText, whenHere } from "./page.js";

whenHere(".error-summary", (summary) => {
  summary.tabIndex = -1;
  summary.focus();
});

// --- sent once

function sending(form, button) {
  form.dataset.sending = "";
  if (button) button.classList.add("is-sending");
}

function sent(form) {
  delete form.dataset.sending;
  for (const button of form.querySelectorAll(".is-sending")) button.classList.remove("is-sending");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.target === "_blank" || "download" in form.dataset) return;
  if (form.method !== "post") return;
  if ("sending" in form.dataset) event.preventDefault();
  else sending(form, event.submitter);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!form.matches("form") || event.detail.requestConfig.verb === "get") return;
  if ("sending" in form.dataset) event.preventDefault();
  else sending(form, event.detail.requestConfig.triggeringEvent && event.detail.requestConfig.triggeringEvent.submitter);
});
for (const end of ["htmx:afterRequest", "htmx:sendError", "htmx:sendAbort"]) {
  document.addEventListener(end, (event) => {
    if (event.detail.elt.matches && event.detail.elt.matches("form")) sent(event.detail.elt);
  });
}
// The page came back out of the browser's memory: what was being sent then is not any more.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.querySelectorAll("form[data-sending]")) sent(form);
});

// --- leaving with something unsaved

function differs(control) {
  if (control.type === "hidden" || !control.name) return false;
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  if (control.type === "file") return control.files.length > 0;
  if (control.options) {
    const given = Array.from(control.options).some((option) => option.defaultSelected);
    return Array.from(control.options).some(
      (option, index) => option.selected !== (given || control.multiple ? option.defaultSelected : index === 0),
    );
  }
  return "value" in control && control.value !== control.defaultValue;
}

/** Whether something in the form is not what the server gave. */
export function isChanged(form) {
  return Array.from(form.elements).some(differs);
}

window.addEventListener("beforeunload", (event) => {
  for (const form of document.querySelectorAll("form[data-unsaved]")) {
    if (!("sending" in form.dataset) && isChanged(form)) {
      event.preventDefault();
      event.returnValue = "";
      return;
    }
  }
});

// --- small things of forms

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const input = document.querySelector(button.dataset.show);
  const shown = input.type === "password";
  input.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.textContent = shown ? button.dataset.hideWord : button.dataset.showWord;
});

// A choice that acts at once: the form goes when it changes.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]") && event.target.form) event.target.form.requestSubmit();
});

// Ctrl+Enter sends from within a long text.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.defaultPrevented) return;
  const form = takesText(event.target) && event.target.form;
  if (!form || form.method === "get") return;
  event.preventDefault();
  form.requestSubmit(form.querySelector(".button-primary") || undefined);
});
