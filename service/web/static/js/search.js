// Searching without leaving the page: results are fetched, the address stays shareable.
// Without this script the same form and links lead to whole pages.

const RESULTS = "/results";
const SKELETON_AFTER = 150;
let running = null;

const place = () => document.querySelector("[data-results]");
const template = (name) =>
  document.querySelector(`template[data-${name}]`)?.content.cloneNode(true);

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-search]");
  // The start page has another frame around its results: it goes the plain way.
  if (!form || !template("skeleton")) return;
  const wish = new URLSearchParams(new FormData(form));
  if (!wish.get("q").trim()) return;
  event.preventDefault();
  form.querySelector("#q").blur();
  go(`/?${wish}`);
});

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const more = event.target.closest("[data-more]");
  if (more) {
    event.preventDefault();
    loadMore(more);
  }
  if (event.target.closest("[data-again]")) show(location.search);
});

addEventListener("popstate", () => {
  const text = new URLSearchParams(location.search).get("q");
  if (location.pathname !== "/" || !text || !template("skeleton")) location.reload();
  else {
    document.querySelector("#q").value = text;
    show(location.search);
  }
});

function go(address) {
  history.pushState(null, "", address);
  scrollTo({ top: 0 });
  show(new URL(address, location.href).search);
}

async function show(query) {
  const target = place();
  target.setAttribute("aria-busy", "true");
  const waiting = setTimeout(() => target.replaceChildren(template("skeleton")), SKELETON_AFTER);
  try {
    const found = await ask(query);
    if (found === null) return;
    target.replaceChildren(found);
    const text = new URLSearchParams(query).get("q");
    document.title = `${text} · Glimpse`;
  } catch {
    target.replaceChildren(template("offline"));
  } finally {
    clearTimeout(waiting);
    target.removeAttribute("aria-busy");
  }
}

// The fragment for a query, or null when another question has overtaken this one.
async function ask(query) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  try {
    const answer = await fetch(RESULTS + query, { signal: mine.signal });
    if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) throw new Error();
    return fragment(await answer.text());
  } catch (error) {
    if (mine.signal.aborted) return null;
    throw error;
  }
}

function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

async function loadMore(link) {
  if (link.getAttribute("aria-busy") === "true") return;
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(RESULTS + new URL(link.href).search);
    if (!answer.ok) {
      location.assign(link.href);
      return;
    }
    append(link, fragment(await answer.text()));
  } catch {
    link.removeAttribute("aria-busy");
    link.textContent = document.querySelector("template[data-offline]").content
      .querySelector("[data-again]").textContent;
  }
}

function append(link, found) {
  const grid = document.querySelector("[data-grid]");
  const tiles = [...(found.querySelector("[data-grid]")?.children ?? [])];
  grid.append(...tiles);
  const next = found.querySelector(".more");
  const old = link.closest(".more");
  if (next) old.replaceWith(next);
  else old.remove();
  // Whoever came by keyboard goes on at the first new picture.
  tiles[0]?.querySelector("a").focus({ preventScroll: true });
}
