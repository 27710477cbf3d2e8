// Keeps a page as it is on the server: every few seconds the marked parts that changed are replaced.

const EVERY = 3000;
const SLOWEST = 30000;
const line = document.querySelector("[data-live-line]");
const says = document.querySelector("[data-live-says]");
const button = document.querySelector("[data-live-pause]");
let paused = false;
let wait = EVERY;
let timer = null;

function show(state) {
  if (!line) return;
  line.dataset.state = state;
  const words = says.dataset[state];
  if (says.textContent !== words) says.textContent = words;
  button.textContent = paused ? button.dataset.go : button.dataset.pause;
}

// Whoever is in a part with the keyboard, opened something in it or points at its buttons is not
// disturbed.
function isInUse(part) {
  if (part.contains(document.activeElement)) return true;
  if (part.querySelector("details[open]")) return true;
  return part.matches(":hover") && part.querySelector("form") !== null;
}

function put(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (!next || isInUse(part) || part.innerHTML === next.innerHTML) continue;
    part.replaceChildren(...[...next.childNodes].map((node) => document.adoptNode(node)));
  }
}

async function look() {
  timer = null;
  if (paused) return;
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      // Signed out meanwhile: the page as a whole says so.
      if (answer.redirected) return location.reload();
      if (!answer.ok) throw new Error(answer.status);
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      wait = EVERY;
      show("on");
    } catch {
      wait = Math.min(SLOWEST, wait * 2);
      show("away");
    }
  }
  timer ??= setTimeout(look, wait);
}

button?.addEventListener("click", () => {
  paused = !paused;
  show(paused ? "off" : "on");
  if (!paused && !timer) look();
});

timer = setTimeout(look, EVERY);
