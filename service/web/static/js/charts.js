// Says at once, beside the pointer, what a part of a chart means; without this the browser does, late.

const says = document.createElement("div");
says.className = "chart-says";
says.hidden = true;
says.setAttribute("aria-hidden", "true");
document.body.append(says);

for (const title of document.querySelectorAll("svg.chart [data-says] > title")) title.remove();

document.addEventListener("pointermove", (event) => {
  const part = event.target.closest?.("svg.chart [data-says]");
  says.hidden = !part;
  if (part) tell(part.dataset.says, event);
});

document.addEventListener("pointerleave", () => {
  says.hidden = true;
});

function tell(words, event) {
  says.textContent = words;
  const { width, height } = says.getBoundingClientRect();
  const left = Math.min(event.clientX + 14, document.documentElement.clientWidth - width - 8);
  const above = event.clientY - height - 12;
  says.style.left = `${Math.max(8, left)}px`;
  says.style.top = `${above < 8 ? event.clientY + 18 : above}px`;
}
