// Dialogs: opened by `data-dialog="#id"` or by a fragment that htmx puts into #dialogs. Focus goes in and comes back.
import { whenHere } from "./page.js";

let opener = null;

// What had the focus when a request for a dialog was made.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target && event.detail.target.id === "dialogs") opener = event.detail.elt;
});

function open(dialog, from) {
  if (dialog.open) return;
  dialog.showModal();
  if (!dialog.querySelector("[autofocus]") && !dialog.contains(document.activeElement)) dialog.focus();
  dialog.addEventListener(
    "close",
    () => {
      const back = from && from.isConnected ? from : document.querySelector("[data-row].is-here") || document.querySelector("main");
      if (back) back.focus({ preventScroll: true });
      // One that came as a fragment is asked for anew next time.
      if (dialog.closest("#dialogs") && dialog.hasAttribute("data-open")) dialog.remove();
    },
    { once: true },
  );
}

whenHere("#dialogs dialog[data-open]", (dialog) => {
  open(dialog, opener || document.activeElement);
  opener = null;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dialog]");
  if (button) {
    const dialog = document.querySelector(button.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      open(dialog, button);
    }
    return;
  }
  const close = event.target.closest("dialog [data-close]");
  if (close) {
    event.preventDefault();
    close.closest("dialog").close();
  }
});

// An answer that ends the dialog says so: HX-Trigger: close-dialog.
document.addEventListener("close-dialog", () => {
  const dialogs = document.querySelectorAll("dialog[open]");
  if (dialogs.length) dialogs[dialogs.length - 1].close();
});
