// Follows what changes by itself: asks for the page again and puts the part that is marked in place.

const EVERY = 1500;

async function look() {
  const part = document.querySelector("[data-follow=on]");
  if (!part) return;
  // Whoever is about to press a button, or to read a table further down, is not disturbed.
  const busy = part.contains(document.activeElement) || document.hidden;
  if (!busy) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        const next = fresh.querySelector("[data-follow]");
        // Where the rest of the page changes with its end, all of it is asked for again.
        if (next?.dataset.follow === "off" && part.dataset.then === "reload") location.reload();
        else if (next) part.replaceWith(document.adoptNode(next));
      }
    } catch {
      // The server is away for a moment; the next look tries again.
    }
  }
  setTimeout(look, EVERY);
}

setTimeout(look, EVERY);
