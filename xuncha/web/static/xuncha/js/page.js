// How the modules meet the page: what is there now, and what htmx brings later.

/** Calls `arrived(element)` for each element that fits, once: those on the page now and those of later fragments. */
export function whenHere(selector, arrived) {
  const seen = new WeakSet();
  const look = (root) => {
    const found = Array.from(root.querySelectorAll(selector));
    if (root.matches && root.matches(selector)) found.unshift(root);
    for (const element of found) {
      if (!seen.has(element)) {
        seen.add(element);
        arrived(element);
      }
    }
  };
  look(document.documentElement);
  document.addEventListener("htmx:load", (event) => look(event.detail.elt));
}

/** Whether the element takes room on the page: not hidden, not in a closed menu. */
export function isShown(element) {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
}

/** Whether keys pressed in the element are letters of a text. */
export function takesText(element) {
  if (!element || !element.matches) return false;
  if (element.isContentEditable || element.matches("textarea, select")) return true;
  const keys = "[type=checkbox], [type=radio], [type=button], [type=submit], [type=reset], [type=file], [type=range]";
  return element.matches("input") && !element.matches(keys);
}

/** A cookie's value, or an empty word. */
export function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/** Storage of the browser that may be switched off or full: then nothing is kept, and nothing breaks. */
export const kept = {
  get(store, key) {
    try {
      return JSON.parse(window[store].getItem(key) || "null");
    } catch {
      return null;
    }
  },
  set(store, key, value) {
    try {
      window[store].setItem(key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the page works without.
    }
  },
  remove(store, key) {
    try {
      window[store].removeItem(key);
    } catch {
      // As above.
    }
  },
  keys(store, start) {
    try {
      return Object.keys(window[store]).filter((key) => key.startsWith(start));
    } catch {
      return [];
    }
  },
};
