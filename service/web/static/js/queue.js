// Sends files a few at a time and asks after those that are being prepared.

import { recognise } from "./recognise.js";
import { Watch } from "./watch.js";

const AT_ONCE = 2;
const MOST_FILES = 10;
const MOST_BYTES = 16 * 1024 * 1024;
const ATTEMPTS = 3;
const PAUSE = 1500;
const DONE = new Set(["ready", "duplicate", "skipped", "rejected", "failed", "quarantined"]);
const TROUBLE = new Set(["rejected", "failed", "quarantined"]);

export class Queue {
  constructor({ api, known, maxFile, collection, captions, journal, changed }) {
    Object.assign(this, { api, known, maxFile, collection, captions, journal, changed });
    this.paused = false;
    this.items = [];
    this.sending = 0;
    this.watch = new Watch(api, (item, news) => this.update(item, news));
  }

  get isSending() {
    return this.sending > 0 || this.items.some((item) => item.state === "waiting");
  }

  // How many bytes there are, and how many of them have arrived or need not be sent.
  get bytes() {
    const share = (item) => (item.state === "waiting" ? 0 : item.state === "sending" ? item.sent : 1);
    return {
      all: this.items.reduce((sum, item) => sum + item.file.size, 0),
      sent: this.items.reduce((sum, item) => sum + item.file.size * share(item), 0),
    };
  }

  // What is under way is finished; nothing new is begun.
  pause(paused) {
    this.paused = paused;
    this.pump();
  }

  // How many there are in all, finished, searchable and in trouble.
  get tally() {
    const count = (wanted) => this.items.filter(wanted).length;
    return {
      all: this.items.length,
      done: count((item) => DONE.has(item.state)),
      ready: count((item) => item.state === "ready"),
      bad: count((item) => TROUBLE.has(item.state)),
    };
  }

  add(found) {
    for (const { file, path } of found) {
      const item = { file, path, state: "waiting", sent: 0, attempts: 0 };
      this.items.push(item);
      if (file.size > this.maxFile) Object.assign(item, { state: "rejected", why: "large" });
      else if (this.journal.arrived(item)) item.state = "skipped";
      else this.journal.note(item);
      this.changed(item);
    }
    this.pump();
  }

  retry() {
    for (const item of this.items) {
      if (item.state === "failed") this.update(item, { state: "waiting", attempts: 0, why: "" });
    }
    this.pump();
  }

  update(item, news) {
    Object.assign(item, news);
    if (news.state === "rejected") this.journal.drop(item);
    else if (news.state) this.journal.note(item);
    this.changed(item);
  }

  pump() {
    while (!this.paused && this.sending < AT_ONCE) {
      const batch = this.nextBatch();
      if (!batch.length) return;
      this.sending += 1;
      this.send(batch).finally(() => {
        this.sending -= 1;
        this.pump();
      });
    }
  }

  nextBatch() {
    const batch = [];
    let bytes = 0;
    for (const item of this.items) {
      if (item.state !== "waiting") continue;
      if (batch.length === MOST_FILES || (batch.length && bytes + item.file.size > MOST_BYTES)) break;
      batch.push(item);
      bytes += item.file.size;
    }
    for (const item of batch) this.update(item, { state: "sending", sent: 0 });
    return batch;
  }

  async send(all) {
    const here = await recognise(all, { address: this.known, collection: this.collection() });
    for (const [at, id] of here) this.update(all[at], { id, state: "duplicate", sent: 1 });
    const batch = all.filter((_, at) => !here.has(at));
    if (!batch.length) return;
    try {
      const { status, body } = await this.post(batch);
      if (status === 202) this.take(batch, body.images);
      else if (status === 503 || status === 429 || status === 0) throw new Error(status);
      else this.refuse(batch, status, body);
    } catch {
      await this.again(batch);
    }
  }

  take(batch, answers) {
    batch.forEach((item, index) => {
      const { image_id: id, status, reason, near } = answers[index];
      this.update(item, { id, near: near ?? [], state: status, reason: reason ?? "", sent: 1 });
      if (status === "pending") this.watch.add(item);
    });
  }

  refuse(batch, status, body) {
    const why = status === 401 || status === 403 ? "signedOut" : "";
    for (const item of batch) {
      this.update(item, { state: "failed", why, reason: why ? "" : (body?.detail ?? "") });
    }
    if (!why) return;
    for (const item of this.items) if (item.state === "waiting") this.update(item, { state: "failed", why });
  }

  async again(batch) {
    for (const item of batch) {
      const attempts = item.attempts + 1;
      const state = attempts < ATTEMPTS ? "waiting" : "failed";
      this.update(item, { attempts, state, why: state === "failed" ? "network" : "", sent: 0 });
    }
    await new Promise((done) => setTimeout(done, PAUSE));
  }

  post(batch) {
    const form = new FormData();
    form.append("collection", this.collection());
    for (const caption of this.captions()) form.append("caption", caption);
    for (const item of batch) form.append("file", item.file, item.file.name);
    const request = new XMLHttpRequest();
    return new Promise((done, fail) => {
      request.upload.addEventListener("progress", (event) => this.spread(batch, event));
      request.addEventListener("load", () => done({ status: request.status, body: parse(request.responseText) }));
      request.addEventListener("error", fail);
      request.addEventListener("abort", fail);
      request.open("POST", this.api);
      request.setRequestHeader("Accept", "application/json");
      request.send(form);
    });
  }

  // A request reports its bytes as a whole; files go one after the other.
  spread(batch, { loaded }) {
    let left = loaded;
    for (const item of batch) {
      const sent = Math.min(1, left / Math.max(1, item.file.size));
      left = Math.max(0, left - item.file.size);
      if (sent !== item.sent) this.update(item, { sent });
    }
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
