// Words selected in a passage are the quote of its mark: they are put in when its mark is opened, and while it is empty.
let chosen = { passage: null, words: "" };

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const words = selection ? selection.toString().trim() : "";
  const passage = selection && selection.anchorNode && selection.anchorNode.parentElement?.closest("[data-passage]");
  // Opening the mark takes the selection away: the last one in a passage counts.
  if (words && passage && !selection.anchorNode.parentElement.closest(".mark-place")) chosen = { passage, words };
});

for (const mark of document.querySelectorAll("[data-passage] .mark-place")) {
  mark.addEventListener("toggle", () => {
    const quote = mark.querySelector("[data-quote]");
    if (!mark.open) return;
    if (!quote.value && chosen.passage === mark.closest("[data-passage]")) quote.value = chosen.words.slice(0, quote.maxLength);
    mark.querySelector("textarea").focus();
  });
}
