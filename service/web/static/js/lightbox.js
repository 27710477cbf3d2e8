// A picture large over its results: the address is the picture's own, so it can be shared, and
// Back or Escape lead to the results where they were. The side is the picture's page's own.

const holder = document.querySelector("template[data-lightbox]");
let dialog = null;
let link = null;

const tiles = () => [...document.querySelectorAll("[data-grid] .tile > a")];
const part = (name) => dialog.querySelector(`[data-light-${name}]`);

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const tile = event.target.closest("[data-grid] .tile > a");
  if (!tile || !holder) return;
  event.preventDefault();
  history.pushState({ ...history.state, light: true }, "", tile.href);
  open(tile);
});

addEventListener("popstate", () => {
  if (location.pathname === "/") {
    if (dialog?.open) dialog.close();
    return;
  }
  const tile = tiles().find((one) => one.href === location.href);
  if (tile) open(tile);
  else location.reload();
});

function make() {
  dialog = holder.content.firstElementChild.cloneNode(true);
  document.body.append(dialog);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("close", () => {
    document.documentElement.classList.remove("still");
    part("stage").replaceChildren();
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: "nearest" });
  });
  part("close").addEventListener("click", leave);
  part("back").addEventListener("click", () => step(-1));
  part("on").addEventListener("click", () => step(1));
  part("zoom").addEventListener("click", () => zoom());
  part("stage").addEventListener("click", (event) => {
    if (event.target.matches("img")) zoom(event);
    else if (!dialog.classList.contains("zoomed")) leave();
  });
  dialog.addEventListener("keydown", keys);
}

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const act = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), z: () => zoom() }[event.key];
  if (!act || (dialog.classList.contains("zoomed") && event.key !== "z")) return;
  event.preventDefault();
  act();
}

function leave() {
  history.back();
}

function step(by) {
  const all = tiles();
  const next = all[all.indexOf(link) + by];
  if (!next) return;
  history.replaceState(history.state, "", next.href);
  open(next);
  // The results go on under the picture, so there is always a next one while there are any.
  if (all.length - all.indexOf(next) < 4) document.querySelector("[data-more]")?.click();
}

function open(tile) {
  if (!dialog) make();
  link = tile;
  const small = tile.querySelector("img");
  const image = new Image(small.width, small.height);
  image.width = small.getAttribute("width");
  image.height = small.getAttribute("height");
  image.alt = small.alt;
  // The thumbnail stands there until the picture has come.
  image.src = small.currentSrc || small.src;
  const large = new Image();
  large.src = `${new URL(tile.href).pathname}/file`;
  large.decode().then(
    () => {
      if (link === tile) image.src = large.src;
    },
    () => {},
  );
  dialog.classList.remove("zoomed");
  part("stage").replaceChildren(image);
  part("save").href = `${large.src}?download=1`;
  const all = tiles();
  part("back").disabled = all.indexOf(tile) === 0;
  part("on").disabled = all.indexOf(tile) === all.length - 1;
  describe(tile);
  if (!dialog.open) {
    document.documentElement.classList.add("still");
    dialog.showModal();
    part("close").focus();
  }
}

async function describe(tile) {
  const side = part("side");
  side.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(tile.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (link !== tile) return;
    const found = page.querySelector(answer.ok ? ".view-side" : ".state");
    found?.querySelector(".back")?.remove();
    side.replaceChildren(...(found?.childNodes ?? []));
  } catch {
    if (link === tile) side.replaceChildren(tile.querySelector("img").alt);
  }
  side.removeAttribute("aria-busy");
}

function zoom(event) {
  const stage = part("stage");
  const image = stage.querySelector("img");
  const box = image.getBoundingClientRect();
  const x = event ? (event.clientX - box.left) / box.width : 0.5;
  const y = event ? (event.clientY - box.top) / box.height : 0.5;
  const large = dialog.classList.toggle("zoomed");
  part("zoom").setAttribute("aria-pressed", String(large));
  if (!large) return;
  stage.scrollLeft = x * image.offsetWidth - stage.clientWidth / 2;
  stage.scrollTop = y * image.offsetHeight - stage.clientHeight / 2;
}
