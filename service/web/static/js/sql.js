// The console's editor: colours, Ctrl+Enter, and names of views and columns put in by a click.

const editor = document.querySelector("[data-editor]");
const WORDS = new Set(
  `all and any array as asc between by case cast count cross date desc distinct else end except
  exists extract false filter first for from full group having ilike in inner intersect interval is
  join last lateral left like limit not null nulls offset on or order outer over partition right
  select similar then to true union unnest using values when where window with within`.split(/\s+/),
);
const PART = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*(?:'|$))|\b(\d+(?:\.\d+)?)\b|([a-z_]\w*)|([\s\S])/gi;

const paint = document.createElement("pre");
paint.className = "editor-paint";
paint.setAttribute("aria-hidden", "true");
editor.before(paint);
editor.classList.add("editor-painted");

function coloured() {
  const parts = [];
  for (const [all, note, text, number, word] of editor.value.matchAll(PART)) {
    const kind =
      (note && "note") || (text && "text") || (number && "number") ||
      (word && WORDS.has(word.toLowerCase()) && "word");
    if (!kind) {
      parts.push(all);
      continue;
    }
    const span = document.createElement("span");
    span.className = `sql-${kind}`;
    span.textContent = all;
    parts.push(span);
  }
  paint.replaceChildren(...parts, "\n");
  paint.scrollTop = editor.scrollTop;
}

editor.addEventListener("input", coloured);
editor.addEventListener("scroll", () => {
  paint.scrollTop = editor.scrollTop;
});
coloured();

editor.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    editor.form.requestSubmit(editor.form.querySelector('[name="as"][value="table"]'));
  }
});

for (const name of document.querySelectorAll("[data-insert]")) name.classList.add("live");

document.addEventListener("click", (event) => {
  const name = event.target.closest?.("[data-insert]");
  if (!name) return;
  // A view's name also opens its columns; a second click on it closes them as ever.
  const column = !name.closest("summary");
  if (!column && !event.altKey) return;
  event.preventDefault();
  editor.setRangeText(name.dataset.insert, editor.selectionStart, editor.selectionEnd, "end");
  editor.focus();
  coloured();
});

const answer = document.querySelector("#answer");
if (answer) answer.scrollIntoView({ block: "nearest" });
