// Judging by keyboard, one pair after another in place: an answer goes out and the next pair comes
// back in one breath. Without this script the same forms lead to whole pages.

let sent = false;

document.addEventListener("keydown", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (!plain || event.repeat || sent || event.target.closest("input, textarea, select")) return;
  const skips = document.querySelector("[data-skips][open]");
  if (event.key === "Escape" && skips) {
    skips.open = false;
    return;
  }
  // On a Russian keyboard the key with the Y types another letter; its place is the same.
  const latin = /^[a-z0-9]$/i.test(event.key);
  const key = latin ? event.key.toLowerCase() : event.code.replace(/^Key/, "").toLowerCase();
  // While reasons are offered their numbers count, and no grade can be given by mistake.
  const act = [...(skips ?? document).querySelectorAll("[data-key]")].find(
    (one) => one.dataset.key === key && (skips || !one.closest(".judge-skips")),
  );
  if (!act) return;
  event.preventDefault();
  act.click();
});

document.addEventListener("submit", (event) => {
  const place = event.target.closest("[data-pair]");
  if (!place) return;
  event.preventDefault();
  if (!sent) go(place, event.target, event.submitter);
});

async function go(place, form, button) {
  sent = true;
  button.classList.add("given");
  try {
    const body = new FormData(form, button);
    const answer = await fetch(form.action, { method: "POST", body, headers: { "X-Part": "1" } });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = document.adoptNode(fresh.querySelector("[data-pair]"));
    const within = place.contains(document.activeElement);
    place.replaceWith(next);
    // Whoever goes by Tab or hears the page goes on at the next text.
    if (within) next.querySelector(".judge-text")?.focus({ preventScroll: true });
  } catch {
    // The page as the server has it says what is wrong, and what was kept.
    location.reload();
  }
  sent = false;
}

// A page that the browser kept for the back button can be answered again.
addEventListener("pageshow", () => {
  sent = false;
});
