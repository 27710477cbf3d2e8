// Shows each file of the queue as a row, and the whole queue as a line above them.

const words = document.querySelector("template[data-words]").dataset;
const pattern = document.querySelector("template[data-row]");

export class Rows {
  constructor() {
    this.section = document.querySelector("[data-queue]");
    this.list = document.querySelector("[data-list]");
    this.total = document.querySelector("[data-total]");
    this.meter = document.querySelector("[data-meter]");
    this.retry = document.querySelector("[data-retry-all]");
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
    const sent = queue.items.reduce((sum, item) => sum + (item.state === "sending" ? item.sent : item.state === "waiting" ? 0 : 1), 0);
    this.meter.max = all * 2;
    this.meter.value = sent + done;
    const said = words.summary.replace("{done}", done).replace("{all}", all).replace("{ready}", ready);
    this.total.textContent = bad ? `${said} · ${words.trouble.replace("{bad}", bad)}` : said;
    this.retry.hidden = !queue.items.some((item) => item.state === "failed");
  }
}

function fill(row, item) {
  row.dataset.state = item.state;
  row.querySelector(".file-state").textContent = words[item.state];
  row.querySelector(".meter").value = item.sent;
  const why = row.querySelector(".file-why");
  why.textContent = (item.why && words[item.why]) || item.reason || "";
  if (item.state === "duplicate" && item.id) {
    const link = document.createElement("a");
    link.href = `/images/${encodeURIComponent(item.id)}`;
    link.textContent = words.original;
    why.replaceChildren(link);
    face(row, `${link.href}/thumbnail`);
  }
  if (item.state === "ready" && item.thumbnail && !row.querySelector("img")) picture(row, item);
}

function picture(row, item) {
  face(row, item.thumbnail);
  const link = document.createElement("a");
  link.href = item.page;
  link.textContent = item.file.name;
  row.querySelector(".file-name").replaceChildren(link);
}

function face(row, source) {
  if (row.querySelector("img")) return;
  const image = document.createElement("img");
  Object.assign(image, { src: source, alt: "", width: 40, height: 40, loading: "lazy" });
  row.querySelector(".file-face").replaceChildren(image);
}
