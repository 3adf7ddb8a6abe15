// Toasts: success with the way back. Ten seconds, longer under pointer or focus; announced once by role=status.
import { whenHere } from "./page.js";

const STAYS_MS = 10000;

whenHere("[data-toast]", (toast) => {
  let left = STAYS_MS;
  let since = 0;
  let timer = 0;
  const run = () => {
    if (timer || toast.matches(":hover, :focus-within")) return;
    since = Date.now();
    timer = window.setTimeout(() => toast.remove(), left);
  };
  const hold = () => {
    if (!timer) return;
    window.clearTimeout(timer);
    timer = 0;
    left = Math.max(2000, left - (Date.now() - since));
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("focusin", hold);
  // The state after the event counts.
  toast.addEventListener("pointerleave", () => window.setTimeout(run));
  toast.addEventListener("focusout", () => window.setTimeout(run));
  document.addEventListener("visibilitychange", () => (document.hidden ? hold() : run()));
  run();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (!button) return;
  const told = button.closest("[data-toast], .banner");
  if (!told) return;
  if (told.matches("[data-toast]")) told.remove();
  else told.hidden = true;
});
