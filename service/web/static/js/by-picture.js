// Searching with a picture that is chosen, pasted, or dropped anywhere on the page: a file, or one
// of our own. What was sent is shown beside its results in this browser only.

import { ask, explain, hold, pictureAt } from "./search.js";
import { fragment, template } from "./results.js";

const form = document.querySelector("#by-picture");
const box = document.querySelector("#box");
const FACE = 96;

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
    const carried = event.dataTransfer.types;
    if (!carried.includes("Files") && !carried.includes("text/uri-list")) return;
    event.preventDefault();
    document.body.classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dropping");
  });
  document.addEventListener("dragend", () => document.body.classList.remove("dropping"));
  document.addEventListener("drop", (event) => {
    document.body.classList.remove("dropping");
    const ours = pictureAt(event.dataTransfer.getData("text/uri-list").split(/\r?\n/)[0]);
    const file = pictures(event.dataTransfer)[0];
    if (!ours && !file) return;
    event.preventDefault();
    if (ours) ask(`?${new URLSearchParams({ ...said(), like: ours })}`);
    else send(file);
  });
  document.addEventListener("glimpse:shown", showFace);
  showFace();
}

const pictures = (carried) => [...(carried?.files ?? [])].filter((one) => one.type.startsWith("image/"));

// The words and the choices that go with the picture.
function said() {
  const given = [...new FormData(box)].filter(([, value]) => typeof value === "string" && value.trim());
  const kept = Object.fromEntries(given);
  delete kept.like;
  delete kept.picture;
  return kept;
}

async function send(file) {
  const body = new FormData();
  for (const [name, value] of Object.entries(said())) body.set(name, value);
  body.set("image", file);
  hold();
  try {
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } });
    if (answer.status !== 201) {
      explain(fragment(await answer.text()), answer.status);
      return;
    }
    const { search } = new URL(answer.headers.get("Location"), location.href);
    await keepFace(new URLSearchParams(search).get("picture"), file);
    ask(search);
  } catch {
    explain(template("offline"));
  }
}

async function keepFace(name, file) {
  try {
    const small = await createImageBitmap(file, { resizeHeight: FACE, resizeQuality: "medium" });
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [small.width, small.height];
    canvas.getContext("2d").drawImage(small, 0, 0);
    sessionStorage.setItem(`glimpse.face.${name}`, canvas.toDataURL("image/webp", 0.8));
  } catch {
    // A browser that cannot draw or keep it shows a plain sign instead.
  }
}

function showFace() {
  const place = document.querySelector("[data-sent-face]");
  const kept = place && sessionStorage.getItem(`glimpse.face.${place.dataset.sentFace}`);
  if (!kept) return;
  const bytes = Uint8Array.from(atob(kept.split(",")[1]), (letter) => letter.charCodeAt(0));
  const image = new Image(48, 48);
  image.alt = "";
  image.src = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
  image.addEventListener("load", () => URL.revokeObjectURL(image.src), { once: true });
  place.replaceChildren(image);
}
