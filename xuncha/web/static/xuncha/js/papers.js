// Papers and feedback: choosing units by sector, and fields that only one kind of paper has.
import { whenHere } from "./page.js";

whenHere("[data-units]", (units) => {
  const list = units.querySelector("[data-units-list]");
  const count = units.querySelector("[data-units-count]");
  const boxes = () => Array.from(list.querySelectorAll("input[name=units]"));
  const show = () => {
    const picked = units.querySelector("input[name=whole]:checked");
    list.hidden = picked !== null && picked.value === "round";
    const chosen = boxes().filter((box) => box.checked).length;
    count.textContent = chosen && !list.hidden ? `${chosen} ${count.dataset.word}` : "";
    for (const group of units.querySelectorAll("[data-units-group]")) {
      const all = group.querySelector("[data-units-all]");
      if (!all) continue;
      const mine = Array.from(group.querySelectorAll("input[name=units]"));
      const here = mine.filter((box) => box.checked).length;
      all.checked = here === mine.length;
      all.indeterminate = here > 0 && here < mine.length;
    }
  };
  units.addEventListener("change", (event) => {
    if (event.target.matches("[data-units-all]")) {
      const group = event.target.closest("[data-units-group]");
      for (const box of group.querySelectorAll("input[name=units]")) box.checked = event.target.checked;
    }
    show();
  });
  show();
});

// Only what belongs to the chosen kind is shown.
whenHere("select[data-shows]", (select) => {
  const show = () => {
    for (const part of select.form.querySelectorAll("[data-shown-for]")) {
      part.hidden = !part.dataset.shownFor.split(" ").includes(select.value);
    }
  };
  select.addEventListener("change", show);
  show();
});
