// Asks after pictures that are being prepared: one list of the latest, then the few not in it.

const EVERY = 1500;
const LONGEST = 500;
const OTHERS = 50;
const AT_MOST = 12;

export class Watch {
  constructor(api, update) {
    this.api = api;
    this.update = update;
    this.items = new Map();
    this.timer = null;
  }

  add(item) {
    this.items.set(item.id, item);
    this.timer ??= setTimeout(() => this.look(), EVERY);
  }

  async look() {
    try {
      // The list begins with the newest, so it holds ours unless others upload as well.
      const limit = Math.min(LONGEST, this.items.size + OTHERS);
      const answer = await fetch(`${this.api}?limit=${limit}`);
      if (answer.ok) await this.compare((await answer.json()).images);
    } catch {
      // The server is away for a moment; the next look tries again.
    }
    this.timer = this.items.size ? setTimeout(() => this.look(), EVERY) : null;
  }

  async compare(latest) {
    const listed = new Set();
    for (const image of latest) {
      listed.add(image.image_id);
      this.settle(image);
    }
    const missing = [...this.items.keys()].filter((id) => !listed.has(id)).slice(0, AT_MOST);
    await Promise.all(missing.map((id) => this.ask(id)));
  }

  async ask(id) {
    const answer = await fetch(`${this.api}/${encodeURIComponent(id)}`);
    const said = await answer.json();
    if (answer.ok) this.settle(said);
    else if (answer.status === 404 || answer.status === 451) this.end(id, { state: "rejected", reason: said.detail ?? "" });
  }

  settle({ image_id: id, state, reason, thumbnail_url: thumbnail, page_url: page }) {
    if (state !== "pending") this.end(id, { state, reason: reason ?? "", thumbnail, page });
  }

  end(id, news) {
    const item = this.items.get(id);
    if (!item) return;
    this.items.delete(id);
    this.update(item, news);
  }
}
