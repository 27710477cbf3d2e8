// Arrow keys walk through the pictures as the eye does: along a row, and to the nearest above or
// below. From the box, Down leads to the first picture.

const tiles = () => [...document.querySelectorAll("[data-grid] .tile > a")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const from = document.activeElement;
  if (from?.id === "q" && event.key === "ArrowDown") {
    lead(event, tiles()[0]);
    return;
  }
  if (!from?.matches("[data-grid] .tile > a")) return;
  const all = tiles();
  const at = all.indexOf(from);
  const to = {
    ArrowRight: () => all[at + 1],
    ArrowLeft: () => all[at - 1],
    ArrowDown: () => across(all, at, 1),
    ArrowUp: () => across(all, at, -1) ?? document.querySelector("#q"),
    Home: () => all[0],
    End: () => all.at(-1),
    Escape: () => document.querySelector("#q"),
  }[event.key];
  if (to) lead(event, to());
});

function lead(event, target) {
  if (!target) return;
  event.preventDefault();
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
}

// The picture in the next row whose middle lies nearest to this one's.
function across(all, at, step) {
  const own = all[at].getBoundingClientRect();
  const middle = own.left + own.width / 2;
  let row = null;
  let best = null;
  let least = Infinity;
  for (let i = at + step; i >= 0 && i < all.length; i += step) {
    const box = all[i].getBoundingClientRect();
    if (Math.abs(box.top - own.top) < 2) continue;
    row ??= box.top;
    if (Math.abs(box.top - row) > 2) break;
    const far = Math.abs(box.left + box.width / 2 - middle);
    if (far < least) [best, least] = [all[i], far];
  }
  return best;
}
