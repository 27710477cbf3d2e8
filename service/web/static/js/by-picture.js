// Searching with a picture that is chosen, pasted, or dropped anywhere on the page.

import { present } from "./search.js";

const form = document.querySelector("#by-picture");

if (form) {
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-picture]") && event.target.files.length) {
      send(event.target.files[0]);
      event.target.value = "";
    }
  });
  document.addEventListener("paste", (event) => {
    const file = pictures(event.clipboardData)[0];
    if (!file) return;
    event.preventDefault();
    send(file);
  });
  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const file = pictures(event.dataTransfer)[0];
    if (!file) return;
    event.preventDefault();
    send(file);
  });
}

const pictures = (carried) => [...(carried?.files ?? [])].filter((one) => one.type.startsWith("image/"));

function send(file) {
  const body = new FormData();
  body.set("image", file);
  body.set("q", document.querySelector("#q").value);
  present(fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } }));
}
