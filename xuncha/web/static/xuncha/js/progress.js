// Progress: a file that is dropped on a measure, or chosen while one writes there, is evidence for that measure; once it
// is in, the lists of evidence on the page are brought up to date, and nothing that was typed is touched.
const choice = document.querySelector("[data-measure-choice]");

function choose(target) {
  const row = target instanceof Element && target.closest("[data-measure]");
  if (row && choice.querySelector(`option[value="${row.dataset.measure}"]`)) choice.value = row.dataset.measure;
}

if (choice) {
  document.addEventListener("focusin", (event) => choose(event.target));
  // Before the place for files takes it.
  document.addEventListener("drop", (event) => choose(event.target), true);
  document.addEventListener("xuncha:uploaded", async () => {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const list of document.querySelectorAll("[data-evidence]")) {
      const fresh = page.querySelector(`[data-evidence="${list.dataset.evidence}"]`);
      if (fresh) list.replaceWith(fresh);
    }
    for (const form of page.querySelectorAll("form[id^=drop-]")) {
      if (!document.getElementById(form.id)) document.getElementById("content").append(form);
    }
  });
}
