// On every page: the `/` key, the choice of colours, menus that close, pictures that are withheld.

const root = document.documentElement;

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && plain && !typing) {
    const box = document.querySelector("#q");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  }
  if (event.key === "Escape") closeMenus();
});

// A picture that may no longer be shown leaves its coloured field, not a broken frame.
document.addEventListener("error", (event) => {
  if (event.target.matches?.(".tile img")) event.target.hidden = true;
}, true);

document.addEventListener("click", (event) => {
  const choice = event.target.closest?.("[data-theme-choice]");
  if (choice) {
    event.preventDefault();
    chooseTheme(choice);
  }
  if (!event.target.closest?.("details.menu")) closeMenus();
});

function chooseTheme(choice) {
  const theme = choice.dataset.themeChoice;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${theme}; path=/; max-age=31536000; samesite=lax${secure}`;
  root.dataset.theme = theme;
  const meta = document.querySelector('meta[name="color-scheme"]');
  if (meta) meta.content = theme === "auto" ? "light dark" : theme;
  for (const other of document.querySelectorAll("[data-theme-choice]")) {
    if (other === choice) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
}

function closeMenus() {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
}
