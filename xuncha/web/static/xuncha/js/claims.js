// Claiming: only the fields that an answer needs are shown; an answer is given to all rows chosen at once.
function show(select) {
  const row = select.closest("[data-row]");
  for (const field of row.querySelectorAll("[data-for-answer]")) {
    field.hidden = !field.dataset.forAnswer.split(" ").includes(select.value);
  }
}

for (const select of document.querySelectorAll("select[data-answer]")) {
  show(select);
  select.addEventListener("change", () => show(select));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-answer-chosen]");
  if (!button) return;
  for (const box of document.querySelectorAll("#claims input[data-choose]:checked")) {
    const select = box.closest("[data-row]").querySelector("select[data-answer]");
    select.value = button.dataset.answerChosen;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
});
