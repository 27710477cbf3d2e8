// The upload page: files go out in modest requests, each row follows its file until it is found.

import { filesOf } from "./folders.js";
import { Journal } from "./journal.js";
import { Queue } from "./queue.js";
import { Rows } from "./rows.js";

const form = document.querySelector("[data-upload]");
const drop = document.querySelector("[data-drop]");
const words = document.querySelector("template[data-words]").dataset;
const before = document.querySelector("[data-interrupted]");
const [pause, resume] = ["[data-pause]", "[data-resume]"].map((name) => document.querySelector(name));
const journal = new Journal(form.dataset.who);
const rows = new Rows();
const queue = new Queue({
  api: form.dataset.api,
  known: form.dataset.known,
  maxFile: Number(form.dataset.maxFile),
  collection: () => form.querySelector("[data-collection]").value.trim(),
  captions: () => form.querySelector("[data-captions]").value.split("\n").filter((line) => line.trim()),
  journal,
  changed: (item) => rows.show(item, queue),
});

if (journal.left) {
  const said = words.left.replace("{left}", journal.left).replace("{all}", journal.all);
  document.querySelector("[data-interrupted-count]").textContent = said;
  before.hidden = false;
}
document.querySelector("[data-forget]").addEventListener("click", () => {
  journal.forget();
  before.hidden = true;
});

function take(found) {
  before.hidden = true;
  queue.add(found);
}

for (const input of form.querySelectorAll("[data-files]")) {
  input.addEventListener("change", () => {
    take([...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    input.value = "";
  });
}
form.addEventListener("submit", (event) => event.preventDefault());

for (const kind of ["dragenter", "dragover"]) {
  addEventListener(kind, (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    drop.classList.add("over");
  });
}
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
addEventListener("drop", async (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  take(await filesOf(event.dataTransfer));
});

for (const [button, other, paused] of [[pause, resume, true], [resume, pause, false]]) {
  button.addEventListener("click", () => {
    queue.pause(paused);
    rows.sum(queue);
    button.hidden = true;
    other.hidden = false;
    other.focus();
  });
}
document.querySelector("[data-retry-all]").addEventListener("click", () => queue.retry());
addEventListener("beforeunload", (event) => {
  if (queue.isSending) event.preventDefault();
});
