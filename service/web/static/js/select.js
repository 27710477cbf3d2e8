// Admins tick pictures among the results and put them into a collection together.

const bar = document.querySelector("[data-select]");
const count = bar.querySelector("[data-select-count]");
const begin = document.querySelector("template[data-select-begin]").content.firstElementChild;
const empty = count.textContent;
const results = document.querySelector("[data-results]");
const watch = new MutationObserver(() => offer());

const ticks = () => [...document.querySelectorAll(".tile-tick")];
const idOf = (link) => new URL(link.href).pathname.split("/")[2];

document.querySelector("[data-refine]").append(begin);
begin.addEventListener("click", start);
bar.querySelector("[data-select-end]").addEventListener("click", end);
bar.addEventListener("submit", fill);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !bar.hidden) end();
});
// Before the lightbox hears of it: while choosing, a click on a picture ticks it.
document.addEventListener("click", toggle, true);

function start() {
  bar.hidden = false;
  begin.hidden = true;
  watch.observe(results, { childList: true, subtree: true });
  offer();
  ticks()[0]?.focus();
}

function end() {
  watch.disconnect();
  for (const tick of ticks()) tick.remove();
  bar.hidden = true;
  begin.hidden = false;
  begin.focus();
  tell();
}

function offer() {
  for (const link of results.querySelectorAll("[data-grid] .tile > a")) {
    if (link.parentElement.querySelector(".tile-tick")) continue;
    const tick = document.createElement("input");
    Object.assign(tick, { type: "checkbox", className: "tile-tick", value: idOf(link) });
    tick.setAttribute("aria-label", link.querySelector("img").alt);
    tick.addEventListener("change", tell);
    link.before(tick);
  }
  tell();
}

function toggle(event) {
  const link = bar.hidden ? null : event.target.closest?.("[data-grid] .tile > a");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  link.parentElement.querySelector(".tile-tick").click();
}

function tell() {
  const chosen = ticks().filter((tick) => tick.checked).length;
  count.textContent = chosen ? count.dataset.words.replace("{n}", chosen) : empty;
  bar.querySelector("[type=submit]").disabled = !chosen;
}

function fill() {
  const place = bar.querySelector("[data-select-ids]");
  place.replaceChildren(
    ...ticks().filter((tick) => tick.checked).map((tick) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: "image", value: tick.value });
      return input;
    }),
  );
}
