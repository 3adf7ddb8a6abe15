// The form of a finding: facts and measures are added, moved and taken away in place. Without this the same buttons
// ask the server for it.

const NEW_FROM = 100000;

function pieces(list) {
  return Array.from(list.querySelectorAll(":scope > ol > .piece"));
}

function renumber(list) {
  const name = list.dataset.pieces;
  const all = pieces(list);
  all.forEach((piece, place) => {
    const text = piece.querySelector("textarea");
    text.id = `field-${name}-${place}`;
    text.setAttribute("aria-label", text.getAttribute("aria-label").replace(/\d+$/, String(place + 1)));
    for (const button of piece.querySelectorAll("button[name=arrange]")) {
      const act = button.value.split(":")[1];
      button.value = `${name}:${act}:${place}`;
      button.setAttribute("aria-label", button.getAttribute("aria-label").replace(/\d+/, String(place + 1)));
      button.disabled = (act === "up" && place === 0) || (act === "down" && place === all.length - 1);
    }
  });
}

function emptied(piece, name, list) {
  const copy = piece.cloneNode(true);
  const text = copy.querySelector("textarea");
  const keys = Array.from(list.querySelectorAll("textarea")).map((each) => Number(each.name.slice(name.length + 1)));
  text.name = `${name}-${Math.max(NEW_FROM, ...keys) + 1}`;
  text.defaultValue = "";
  text.value = "";
  text.removeAttribute("aria-invalid");
  text.removeAttribute("aria-describedby");
  copy.classList.remove("is-wrong");
  for (const error of copy.querySelectorAll(".error")) error.remove();
  return copy;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=arrange]");
  const list = button && button.closest("[data-pieces]");
  if (!list) return;
  const [name, act] = button.value.split(":");
  const piece = button.closest(".piece");
  const all = pieces(list);
  // The first one has no model to copy: the server draws it.
  if (act === "add" && !all.length) return;
  event.preventDefault();
  let focus = button;
  if (act === "add") {
    const added = emptied(all[all.length - 1], name, list);
    all[all.length - 1].after(added);
    focus = added.querySelector("textarea");
  } else if (act === "remove") {
    if (all.length === 1) {
      focus = piece.querySelector("textarea");
      focus.value = "";
    } else {
      const next = piece.nextElementSibling || piece.previousElementSibling;
      piece.remove();
      focus = next.querySelector("textarea");
    }
  } else if (act === "up" && piece.previousElementSibling) {
    piece.previousElementSibling.before(piece);
  } else if (act === "down" && piece.nextElementSibling) {
    piece.nextElementSibling.after(piece);
  }
  renumber(list);
  (focus.disabled ? piece.querySelector("textarea") : focus).focus();
  list.dispatchEvent(new Event("input", { bubbles: true }));
});
