// The judges' keys: each stands beside its answer. One press answers once, however long it is held.

let sent = false;

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || event.repeat || sent || event.target.closest("input, textarea, select")) return;
  // On a Russian keyboard the key with the Y types another letter; its place is the same.
  const latin = /^[a-z0-9]$/i.test(event.key);
  const key = latin ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
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
