// What stands under the box: fetched as a fragment, put in its place, never out of turn.

const RESULTS = "/results";
const SKELETON_AFTER = 150;
let running = null;
let waiting = null;

export const place = () => document.querySelector("[data-results]");

export const template = (name) =>
  document.querySelector(`template[data-${name}]`)?.content.cloneNode(true);

export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

// Replaces the content by the answer to a query; resolves to its status, or null when another
// question has overtaken this one.
export async function show(query, { calmly = false } = {}) {
  const target = place();
  clearTimeout(waiting);
  target.setAttribute("aria-busy", "true");
  const asked = ask(query);
  // While somebody types the old results stay until the new ones are there.
  if (!calmly) awaited();
  try {
    const found = await asked;
    if (found === null) return null;
    target.replaceChildren(found.content);
    told(query, found.status);
    return found.status;
  } catch {
    target.replaceChildren(template("offline"));
    return 0;
  } finally {
    if (!running) {
      clearTimeout(waiting);
      target.removeAttribute("aria-busy");
    }
  }
}

// Somebody waits for what is under way: if it takes long, its place is held.
export function awaited() {
  clearTimeout(waiting);
  if (!running) return;
  waiting = setTimeout(() => place().replaceChildren(template("skeleton")), SKELETON_AFTER);
}

export function told(query, status) {
  document.dispatchEvent(new CustomEvent("glimpse:shown", { detail: { query, status } }));
}

async function ask(query) {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  try {
    const answer = await fetch(RESULTS + query, { signal: mine.signal });
    if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/html")) throw new Error();
    return { status: answer.status, content: fragment(await answer.text()) };
  } catch (error) {
    if (mine.signal.aborted) return null;
    throw error;
  } finally {
    if (running === mine) running = null;
  }
}
