// The judges' keys: each stands beside its answer. One press answers once, however long it is held.

let sent = false;

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || event.repeat || sent || event.target.closest("input, textarea, select")) return;
  const key = event.key.toLowerCase();
  const act = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key);
  if (!act) return;
  event.preventDefault();
  act.click();
});

document.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});

// A page that the browser kept for the back button can be answered again.
addEventListener("pageshow", () => { sent = false; });
