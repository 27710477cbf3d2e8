// The upload page: files go out in modest requests, each row follows its file until it is found.

import { filesOf } from "./folders.js";
import { Queue } from "./queue.js";
import { Rows } from "./rows.js";

const form = document.querySelector("[data-upload]");
const drop = document.querySelector("[data-drop]");
const rows = new Rows();
const queue = new Queue({
  api: form.dataset.api,
  maxFile: Number(form.dataset.maxFile),
  collection: () => form.querySelector("[data-collection]").value.trim(),
  changed: (item) => rows.show(item, queue),
});

for (const input of form.querySelectorAll("[data-files]")) {
  input.addEventListener("change", () => {
    queue.add([...input.files]);
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
  queue.add(await filesOf(event.dataTransfer));
});

document.querySelector("[data-retry-all]").addEventListener("click", () => queue.retry());
addEventListener("beforeunload", (event) => {
  if (queue.isSending) event.preventDefault();
});
