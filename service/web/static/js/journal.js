// Remembers in this browser which files of an upload arrived, so that it can go on after a reload.
// Only names, sizes and dates are kept: a page that is loaded anew may not open files by itself.

const NAME = "glimpse.upload";
const MOST = 20_000;
const PAUSE = 300;
const ARRIVED = new Set(["pending", "ready", "duplicate", "skipped"]);

export class Journal {
  constructor(who) {
    this.who = who;
    this.files = new Map(read(who));
    this.timer = 0;
    addEventListener("pagehide", () => this.save());
  }

  get all() {
    return this.files.size;
  }

  // How many files an upload that stopped had still to send.
  get left() {
    return [...this.files.values()].filter((arrived) => !arrived).length;
  }

  arrived(item) {
    return this.files.get(nameOf(item)) === 1;
  }

  note(item) {
    if (!this.files.has(nameOf(item)) && this.files.size >= MOST) return;
    this.files.set(nameOf(item), ARRIVED.has(item.state) ? 1 : 0);
    this.timer ||= setTimeout(() => this.save(), PAUSE);
  }

  // Refused files are sent again by whoever drops them again, to be told why.
  drop(item) {
    this.files.delete(nameOf(item));
    this.timer ||= setTimeout(() => this.save(), PAUSE);
  }

  forget() {
    this.files.clear();
    this.save();
  }

  save() {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      if (this.left) localStorage.setItem(NAME, JSON.stringify({ who: this.who, files: [...this.files] }));
      else localStorage.removeItem(NAME);
    } catch {
      // No room or not allowed: after a reload everything is compared by content instead.
    }
  }
}

function nameOf({ file, path }) {
  return `${path}|${file.size}|${file.lastModified}`;
}

function read(who) {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    return kept?.who === who ? kept.files : [];
  } catch {
    return [];
  }
}
