// Shows each file of the queue as a row, and the whole queue as a line above them.

const words = document.querySelector("template[data-words]").dataset;
const pattern = document.querySelector("template[data-row]");
const pageOf = (id) => `/images/${encodeURIComponent(id)}`;

export class Rows {
  constructor() {
    this.section = document.querySelector("[data-queue]");
    this.list = document.querySelector("[data-list]");
    this.total = document.querySelector("[data-total]");
    this.meter = document.querySelector("[data-meter]");
    this.retry = document.querySelector("[data-retry-all]");
    this.compare = document.querySelector("[data-compare]");
    this.rows = new Map();
    this.due = new Set();
    this.frame = 0;
  }

  // Many changes come at once: they are drawn together.
  show(item, queue) {
    this.due.add(item);
    this.frame ||= setTimeout(() => this.draw(queue), 60);
  }

  draw(queue) {
    this.frame = 0;
    this.section.hidden = false;
    const fresh = document.createDocumentFragment();
    for (const item of this.due) {
      let row = this.rows.get(item);
      if (!row) {
        row = pattern.content.firstElementChild.cloneNode(true);
        row.querySelector(".file-name").textContent = item.file.name;
        row.querySelector(".file-name").title = item.path;
        row.querySelector(".file-size").textContent = size(item.file.size);
        this.rows.set(item, row);
        fresh.append(row);
      }
      fill(row, item);
    }
    this.list.append(fresh);
    this.due.clear();
    this.sum(queue);
  }

  sum(queue) {
    const { all, done, ready, bad } = queue.tally;
    const bytes = queue.bytes;
    this.meter.max = all + bytes.all;
    this.meter.value = bytes.sent + done;
    const facts = { done, all, ready, sent: size(bytes.sent), bytes: size(bytes.all) };
    const said = words.summary.replace(/\{(\w+)\}/g, (_, name) => facts[name]);
    const more = [bad && words.trouble.replace("{bad}", bad), queue.paused && words.paused];
    this.total.textContent = [said, ...more.filter(Boolean)].join(" · ");
    this.retry.hidden = !queue.items.some((item) => item.state === "failed");
    this.compare.hidden = !queue.items.some((item) => item.near?.length);
  }
}

function size(bytes) {
  const [unit, divisor] = bytes < 1024 ** 2 ? ["kilobyte", 1024] : ["megabyte", 1024 ** 2];
  const style = { style: "unit", unit, maximumFractionDigits: unit === "kilobyte" ? 0 : 1 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(bytes / divisor);
}

function fill(row, item) {
  row.dataset.state = item.state;
  row.querySelector(".file-state").textContent = words[item.state];
  row.querySelector(".meter").value = item.sent;
  const why = row.querySelector(".file-why");
  why.textContent = (item.why && words[item.why]) || item.reason || "";
  if (item.state === "duplicate" && item.id) {
    why.textContent = "";
    beside(row, [local(item.file), original(item.id, words.original)]);
  }
  if (item.near?.length) {
    why.textContent = words.near;
    beside(row, item.near.map((id) => original(id, "")));
  }
  if (item.state === "ready" && item.thumbnail && !row.querySelector(".file-face img")) picture(row, item);
}

// What was chosen and what is here, side by side.
function beside(row, shown) {
  const place = row.querySelector(".beside");
  if (place.childElementCount) return;
  place.append(...shown);
  place.hidden = false;
}

function local(file) {
  const address = URL.createObjectURL(file);
  const holder = shownAs(address, words.yours, document.createElement("span"));
  const free = () => URL.revokeObjectURL(address);
  for (const kind of ["load", "error"]) holder.firstChild.addEventListener(kind, free, { once: true });
  return holder;
}

function original(id, said) {
  const link = document.createElement("a");
  link.href = pageOf(id);
  if (!said) link.setAttribute("aria-label", words.original);
  return shownAs(`${pageOf(id)}/thumbnail`, said, link);
}

function shownAs(source, said, holder) {
  const image = document.createElement("img");
  Object.assign(image, { src: source, alt: "", width: 72, height: 54 });
  holder.className = "beside-one";
  holder.append(image, said);
  return holder;
}

function picture(row, item) {
  const image = document.createElement("img");
  Object.assign(image, { src: item.thumbnail, alt: "", width: 40, height: 40, loading: "lazy" });
  row.querySelector(".file-face").replaceChildren(image);
  const link = document.createElement("a");
  link.href = item.page;
  link.textContent = item.file.name;
  row.querySelector(".file-name").replaceChildren(link);
}
