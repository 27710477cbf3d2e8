// Searching without leaving the page: results start while one types, the address is always the
// question's own, and Back leads to what was there, as it was. Without this script the same form
// and links lead to whole pages.

import { awaited, place, show, template, told } from "./results.js";
import "./endless.js";
import "./recent.js";
import "./grid.js";
import "./lightbox.js";
import "./by-picture.js";

const PAUSE = 300;
const KEPT = 12;
const ADDRESS = /^(?:https?:\/\/([^/\s]+))?\/images\/([\w-]{1,64})(?:\/(?:file|thumbnail))?\/?(?:\?\S*)?$/;
const form = document.querySelector("[data-search]");
const box = form.querySelector("#q");
const refine = document.querySelector("[data-refine]");
const kept = new Map();
let typing = null;
// Whether the address on top of the history is one that typing made and may go on changing.
let passing = false;
// Whether what stood here is remembered already, and only its place is held.
let held = false;
let here = keep(history.state?.entry ?? 0);
// The page of a refusal has the box and the place, and the start page has no results yet.
const alive = () => Boolean(place() && template("skeleton"));

history.scrollRestoration = "manual";

function keep(entry) {
  if (history.state?.entry !== entry) history.replaceState({ ...history.state, entry }, "");
  return entry;
}

// The id of one of our pictures, if a text is its address.
export function pictureAt(text) {
  const [, host, id] = text.trim().match(ADDRESS) ?? [];
  return !host || host === location.host ? id : undefined;
}

function wish() {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const said = value.trim();
    if (said && !asked.has(name)) asked.set(name, said);
  }
  const ours = pictureAt(asked.get("q") ?? "");
  if (ours) {
    for (const name of ["q", "picture"]) asked.delete(name);
    asked.set("like", ours);
  }
  if (!asked.has("q") && !asked.has("like") && !asked.has("picture")) return "";
  return `?${asked}`;
}

// Goes to a question: a new entry of the history, or the one that typing has begun.
function go(query, { calmly = false } = {}) {
  clearTimeout(typing);
  typing = null;
  document.querySelector("dialog[open]")?.close();
  const address = `/${query}`;
  if (calmly && passing) {
    history.replaceState({ entry: here }, "", address);
  } else {
    if (!held) remember();
    here += 1;
    history.pushState({ entry: here }, "", address);
    for (const entry of kept.keys()) if (entry >= here) kept.delete(entry);
    scrollTo({ top: 0 });
  }
  held = false;
  passing = calmly;
  settle(query);
  return show(query, { calmly });
}

// Goes to a question that comes from elsewhere: a picture that was sent, or one of ours.
export function ask(query) {
  fill(query);
  return go(query);
}

// Holds the place of the results while their question is still on its way to the server.
export function hold() {
  remember();
  held = true;
  document.body.classList.remove("home");
  scrollTo({ top: 0 });
  place().replaceChildren(template("skeleton"));
}

// Shows why there are no results; Back leads to what was there before.
export function explain(content, status = 0) {
  held = false;
  here += 1;
  history.pushState({ entry: here }, "");
  place().replaceChildren(content);
  told("", status);
}

// An address in the box gives way to the picture it names.
function settleOn(query, how) {
  if (pictureAt(box.value)) fill(query);
  return go(query, how);
}

function remember() {
  kept.set(here, { nodes: [...place().childNodes], top: scrollY });
  if (kept.size > KEPT) kept.delete(kept.keys().next().value);
}

// The look of the page for a question: the start page's large box, or the small one.
function settle(query) {
  const asked = new URLSearchParams(query);
  const is = asked.has("q") || asked.has("like") || asked.has("picture");
  document.body.classList.toggle("home", !is);
  mark();
}

function mark() {
  if (!refine) return;
  let narrowed = false;
  for (const field of refine.querySelectorAll("[name]")) {
    field.closest(".pick, .pick-menu")?.classList.toggle("picked", Boolean(field.value));
    // Another country's view narrows nothing.
    narrowed ||= Boolean(field.value) && field.name !== "country";
  }
  const dates = refine.querySelector(".pick-menu");
  dates.classList.toggle("picked", [...dates.querySelectorAll("input")].some((one) => one.value));
  refine.querySelector("[data-clear]").hidden = !narrowed;
}

// Writes a question into the box and the choices, as the server would have.
function fill(query) {
  const asked = new URLSearchParams(query);
  box.value = asked.get("q") ?? "";
  for (const name of ["like", "picture"]) {
    form.querySelector(`[type=hidden][name=${name}]`)?.remove();
    if (!asked.get(name)) continue;
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value: asked.get(name) });
    form.append(field);
  }
  for (const field of refine?.querySelectorAll("[name]") ?? []) {
    field.value = asked.get(field.name) ?? "";
  }
}

if (alive()) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = wish();
    if (!query) return;
    // Typing has asked already: only its end is told.
    if (query !== location.search || typing) settleOn(query, { calmly: passing });
    awaited();
    passing = false;
    document.dispatchEvent(new CustomEvent("glimpse:settled"));
    if (matchMedia("(hover: none)").matches) box.blur();
  });

  box.addEventListener("input", (event) => {
    clearTimeout(typing);
    if (event.isComposing) return;
    typing = setTimeout(() => {
      typing = null;
      const query = wish();
      if (query !== location.search) settleOn(query, { calmly: true });
    }, PAUSE);
  });

  box.addEventListener("blur", () => {
    passing = false;
  });

  refine?.addEventListener("change", () => {
    const query = wish();
    if (query && query !== location.search) go(query);
  });

  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest("[data-again]")) show(location.search);
    const link = event.target.closest("a[href]");
    if (!link || link.dataset.more !== undefined) return;
    const to = new URL(link.href);
    if (link.matches(".foot a")) return;
    if (to.origin !== location.origin || to.pathname !== "/") return;
    event.preventDefault();
    if (link.matches("[data-clear]")) {
      for (const field of refine.querySelectorAll("[name]")) field.value = "";
      go(wish());
      return;
    }
    fill(to.search);
    go(to.search);
    if (!to.search) box.focus();
  });

  addEventListener("popstate", (event) => {
    clearTimeout(typing);
    if (location.pathname !== "/") return;
    remember();
    here = event.state?.entry ?? 0;
    passing = false;
    fill(location.search);
    settle(location.search);
    const known = kept.get(here);
    if (!known) {
      show(location.search);
      return;
    }
    place().replaceChildren(...known.nodes);
    told(location.search, 200);
    scrollTo({ top: known.top });
  });

  // The page's own title and the footer's links follow the question.
  document.addEventListener("glimpse:shown", ({ detail }) => {
    const text = new URLSearchParams(detail.query).get("q");
    const title = text || place().querySelector("h1")?.textContent.trim();
    if (title) document.title = `${title} · Glimpse`;
  });

  mark();
  if (document.activeElement !== box && !box.value && matchMedia("(hover: hover)").matches) {
    box.focus({ preventScroll: true });
  }
}
