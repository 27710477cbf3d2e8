// Asks after pictures that are being prepared, gently: one list, then only those that left it.

const EVERY = 1500;
const LIST = 500;
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
      const answer = await fetch(`${this.api}?state=pending&limit=${LIST}`);
      if (answer.ok) {
        const waiting = new Set((await answer.json()).images.map((image) => image.image_id));
        const gone = [...this.items.keys()].filter((id) => !waiting.has(id)).slice(0, AT_MOST);
        await Promise.all(gone.map((id) => this.ask(id)));
      }
    } catch {
      // The server is away for a moment; the next look tries again.
    }
    this.timer = this.items.size ? setTimeout(() => this.look(), EVERY) : null;
  }

  async ask(id) {
    const answer = await fetch(`${this.api}/${encodeURIComponent(id)}`);
    const item = this.items.get(id);
    if (answer.status === 404 || answer.status === 451) {
      this.items.delete(id);
      this.update(item, { state: "rejected", reason: (await answer.json()).detail ?? "" });
    } else if (answer.ok) {
      const { state, reason, thumbnail_url: thumbnail, page_url: page } = await answer.json();
      if (state === "pending") return;
      this.items.delete(id);
      this.update(item, { state, reason: reason ?? "", thumbnail, page });
    }
  }
}
