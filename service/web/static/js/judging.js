// Follows the pictures being judged anew after an edit of the rules.

const EVERY = 1500;
const place = document.querySelector("[data-judging]");
const done = document.querySelector("[data-judged]");

async function look() {
  try {
    const answer = await fetch(place.dataset.judging);
    if (answer.ok) show(await answer.json());
  } catch {
    // The server is away for a moment; the next look tries again.
  }
  if (!place.hidden) setTimeout(look, EVERY);
}

function show({ pictures, waiting }) {
  const meter = place.querySelector("progress");
  meter.max = pictures;
  meter.value = pictures - waiting;
  const words = new Intl.NumberFormat(document.documentElement.lang);
  place.querySelector("[data-waiting]").textContent = words.format(waiting);
  place.querySelector("[data-pictures]").textContent = words.format(pictures);
  place.hidden = waiting === 0;
  done.hidden = waiting > 0;
}

if (place && !place.hidden) setTimeout(look, EVERY);
