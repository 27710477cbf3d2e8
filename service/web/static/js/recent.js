// What was looked for last, kept in this browser only; what was refused is never kept.

const MOST = 8;
const FOUND = 200;
const REFUSED = 451;
const DWELL = 2500;
const who = document.querySelector("[data-results]")?.dataset.who ?? "";
const key = `glimpse.recent.${who}`;
let last = "";
let settled = "";
let dwell = null;

function read() {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function write(texts) {
  try {
    if (texts.length) localStorage.setItem(key, JSON.stringify(texts.slice(0, MOST)));
    else localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing shows nothing.
  }
}

const remember = () => {
  if (last) write([last, ...read().filter((one) => one !== last)]);
};

function render() {
  const shelf = document.querySelector("[data-recent]");
  if (!shelf) return;
  const texts = read();
  shelf.hidden = texts.length === 0;
  shelf.querySelector("[data-recent-list]").replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.className = "chip";
      link.href = `/?${new URLSearchParams({ q: text })}`;
      link.textContent = text;
      item.append(link);
      return item;
    }),
  );
}

// A text is kept once somebody stays with its results or opens one, not while it is being typed.
function shown(query, status) {
  clearTimeout(dwell);
  const text = new URLSearchParams(query).get("q") ?? "";
  last = status === FOUND ? text : "";
  if (status === REFUSED) write(read().filter((one) => one !== text));
  if (last && last === settled) remember();
  else if (last) dwell = setTimeout(remember, DWELL);
  settled = "";
  render();
}

// Enter says that the text is meant; its answer may still be on the way.
function meant() {
  const text = document.querySelector("#q").value.trim();
  if (text === last) remember();
  else settled = text;
}

document.addEventListener("glimpse:shown", ({ detail }) => shown(detail.query, detail.status));
document.addEventListener("glimpse:settled", meant);
document.addEventListener("click", (event) => {
  if (event.target.closest(".tile a")) remember();
  if (event.target.closest("[data-recent-clear]")) {
    write([]);
    render();
    document.querySelector("#q")?.focus();
  }
});

shown(location.search, document.querySelector("[data-results] [role=alert]") ? 0 : FOUND);
