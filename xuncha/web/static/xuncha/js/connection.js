// Requests that did not arrive or were refused: said in words, what was typed stays, what was lost is sent again.
import { cookie } from "./page.js";

const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 30000;

// By element: one that asks every ten seconds waits once, not a hundred times.
const waiting = new Map();
let tries = 0;
let timer = 0;

const banner = () => document.getElementById("connection");
const broken = () => document.getElementById("broken");

function lost(event) {
  const { elt, requestConfig, target } = event.detail;
  waiting.set(elt, { verb: requestConfig.verb, path: requestConfig.path, target });
  tries += 1;
  show();
  window.clearTimeout(timer);
  timer = window.setTimeout(again, Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS));
}

function show() {
  const place = banner();
  if (!place) return;
  const unsaved = Array.from(waiting.values()).some((request) => request.verb !== "get");
  for (const part of place.querySelectorAll("[data-unsaved-only]")) part.hidden = !unsaved;
  for (const part of place.querySelectorAll("[data-lost-only]")) part.hidden = unsaved;
  for (const number of place.querySelectorAll("[data-tries]")) number.textContent = String(tries);
  place.hidden = false;
}

function again() {
  window.clearTimeout(timer);
  const requests = Array.from(waiting.entries());
  waiting.clear();
  for (const [elt, { verb, path, target }] of requests) {
    if (elt.isConnected) window.htmx.ajax(verb.toUpperCase(), path, { source: elt, target }).catch(() => {});
  }
  if (!requests.some(([elt]) => elt.isConnected)) arrived();
}

function arrived() {
  tries = 0;
  window.clearTimeout(timer);
  const place = banner();
  if (place) place.hidden = true;
  if (waiting.size) again();
}

document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:beforeOnLoad", arrived);
window.addEventListener("online", () => waiting.size && again());
document.addEventListener("click", (event) => {
  if (event.target.closest("#connection [data-retry]")) again();
});

// An answer that is not put on the page still has to be said.
document.addEventListener("htmx:responseError", (event) => {
  const place = broken();
  if (!place) return;
  const status = event.detail.xhr.status;
  const sentences = place.querySelectorAll("[data-sentence]");
  const fits = Array.from(sentences).find((each) => each.dataset.sentence.split(" ").includes(String(status)));
  for (const each of sentences) each.hidden = fits ? each !== fits : each.dataset.sentence !== "";
  place.hidden = false;
  place.scrollIntoView({ block: "nearest" });
});
document.addEventListener("htmx:beforeRequest", () => {
  const place = broken();
  if (place) place.hidden = true;
});

// Whoever signed in anew in another window has a new token; the old page must not be refused for it.
document.addEventListener("htmx:configRequest", (event) => {
  const token = cookie("csrftoken");
  if (!token) return;
  event.detail.headers["X-CSRFToken"] = token;
  if (event.detail.parameters.csrfmiddlewaretoken !== undefined) event.detail.parameters.csrfmiddlewaretoken = token;
});
document.addEventListener(
  "submit",
  (event) => {
    const token = cookie("csrftoken");
    const input = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (token && input) input.value = token;
  },
  true,
);
