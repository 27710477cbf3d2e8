// The next results come before the last ones are reached; each is appended once.

import { fragment } from "./results.js";

const AHEAD = "900px";
const near = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) if (entry.isIntersecting) load(entry.target, false);
  },
  { rootMargin: `0px 0px ${AHEAD} 0px` },
);

function watch() {
  near.disconnect();
  const link = document.querySelector("[data-more]");
  if (link) near.observe(link);
}

document.addEventListener("glimpse:shown", watch);
watch();

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = event.target.closest("[data-more]");
  if (!link) return;
  event.preventDefault();
  load(link, true);
});

async function load(link, asked) {
  if (link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  near.unobserve(link);
  try {
    const answer = await fetch(`/results${new URL(link.href).search}`);
    if (!link.isConnected) return;
    if (!answer.ok) {
      location.assign(link.href);
      return;
    }
    append(link, fragment(await answer.text()), asked);
  } catch {
    link.removeAttribute("aria-busy");
    link.textContent = document
      .querySelector("template[data-offline]")
      .content.querySelector("[data-again]").textContent;
  }
}

function append(link, found, asked) {
  const tiles = [...(found.querySelector("[data-grid]")?.children ?? [])];
  document.querySelector("[data-grid]").append(...tiles);
  const next = found.querySelector(".more");
  const old = link.closest(".more");
  if (next) old.replaceWith(next);
  else old.remove();
  // Whoever asked by keyboard goes on at the first new picture.
  if (asked) tiles[0]?.querySelector("a").focus({ preventScroll: true });
  watch();
}
