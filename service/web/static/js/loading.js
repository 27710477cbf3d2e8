// Keeps the progress of the sample collection up to date until it is all there.

const EVERY = 2000;

async function renew() {
  const shown = document.querySelector("[data-loading]");
  if (!shown) return;
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    shown.replaceWith(page.querySelector(".hero-count"));
  } catch {
    // The server is away for a moment; the next look tries again.
  }
  setTimeout(renew, EVERY);
}

setTimeout(renew, EVERY);
