// Uploads: a place to drop files, one line a file with its progress, each file sent by itself so that one that is
// refused stops no other. The answer to a file is the fragment of its line: <li> with sentence and link.
import { cookie, whenHere } from "./page.js";

const AT_ONCE = 2;

function files(transfer) {
  return Array.from(transfer.files || []);
}

class Upload {
  constructor(form) {
    this.form = form;
    this.input = form.querySelector("input[type=file]");
    this.zone = form.querySelector("[data-drop-zone]") || form;
    this.list = form.querySelector("[data-upload-list]") || document.querySelector("[data-upload-list]");
    this.waiting = [];
    this.running = 0;
    this.failed = 0;
    for (const element of form.querySelectorAll("[data-no-script]")) element.hidden = true;
    this.input.addEventListener("change", () => {
      this.add(files(this.input));
      this.input.value = "";
    });
    let over = 0;
    const mark = () => this.zone.classList.toggle("is-over", over > 0);
    // Anywhere on the page: a file dropped beside the zone would else replace the page.
    document.addEventListener("dragenter", (event) => {
      if (!hasFiles(event)) return;
      over += 1;
      mark();
    });
    document.addEventListener("dragleave", (event) => {
      if (!hasFiles(event)) return;
      over = Math.max(0, over - 1);
      mark();
    });
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      over = 0;
      mark();
      this.add(files(event.dataTransfer));
    });
    window.addEventListener("beforeunload", (event) => {
      if (this.running || this.waiting.length) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }

  add(chosen) {
    const limit = Number(this.form.dataset.limitBytes || 0);
    for (const file of chosen) {
      const line = this.line(file);
      if (limit && file.size > limit) this.refuse(line, "tooLarge");
      else if (!file.size) this.refuse(line, "empty");
      else this.waiting.push({ file, line });
    }
    this.next();
  }

  line(file) {
    const template = this.form.querySelector("template[data-upload-item]");
    const line = template.content.firstElementChild.cloneNode(true);
    line.querySelector("[data-name]").textContent = file.name;
    const size = line.querySelector("[data-size]");
    if (size) size.textContent = sizeWord(file.size);
    this.list.append(line);
    return line;
  }

  say(line, word) {
    const place = line.querySelector("[data-word]");
    if (place) place.textContent = this.form.dataset[word] || "";
  }

  refuse(line, word) {
    line.classList.add("is-wrong");
    this.say(line, word);
    for (const part of line.querySelectorAll("progress, [data-cancel]")) part.remove();
  }

  next() {
    while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
    if (!this.running && !this.waiting.length) {
      this.form.dispatchEvent(new CustomEvent("xuncha:uploaded", { bubbles: true }));
    }
  }

  send({ file, line }) {
    const request = new XMLHttpRequest();
    const data = new FormData(this.form);
    data.delete(this.input.name);
    data.append(this.input.name, file, file.name);
    const bar = line.querySelector("progress");
    const cancel = line.querySelector("[data-cancel]");
    this.running += 1;
    this.say(line, "sending");
    const end = () => {
      this.running -= 1;
      this.next();
    };
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable || !bar) return;
      bar.max = event.total;
      bar.value = event.loaded;
      if (event.loaded === event.total) this.say(line, "checking");
    });
    request.addEventListener("load", () => {
      const answer = document.createElement("template");
      answer.innerHTML = request.responseText;
      const fragment = answer.content.firstElementChild;
      if (fragment && fragment.matches("li")) {
        line.replaceWith(fragment);
        window.htmx.process(fragment);
      } else {
        const word = { 401: "signedOut", 403: "refused", 413: "tooLarge" }[request.status];
        this.refuse(line, word || "broken");
      }
      end();
    });
    request.addEventListener("error", () => {
      // The connection: the file is still here, so it can be sent again.
      this.say(line, "lost");
      line.classList.add("is-wrong");
      const again = line.querySelector("[data-again]");
      if (again) {
        again.hidden = false;
        again.addEventListener(
          "click",
          () => {
            again.hidden = true;
            line.classList.remove("is-wrong");
            this.waiting.push({ file, line });
            this.next();
          },
          { once: true },
        );
      }
      end();
    });
    request.addEventListener("abort", () => {
      line.remove();
      end();
    });
    if (cancel) cancel.addEventListener("click", () => request.abort(), { once: true });
    request.open("POST", this.form.action);
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("X-CSRFToken", cookie("csrftoken"));
    request.send(data);
  }
}

function hasFiles(event) {
  return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
}

function sizeWord(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

whenHere("form[data-upload]", (form) => new Upload(form));
