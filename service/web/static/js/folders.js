// The files of a drop, those inside dropped folders included, each with its path.

export async function filesOf(transfer) {
  // Entries must be taken before the first pause: the browser empties the transfer after it.
  const entries = [...transfer.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) await gather(entry, found);
  return found;
}

async function gather(entry, found) {
  if (!entry) return;
  if (entry instanceof File) found.push({ file: entry, path: entry.name });
  else if (entry.isFile) {
    const file = await new Promise((done, fail) => entry.file(done, fail));
    found.push({ file, path: entry.fullPath.replace(/^\//, "") });
  }
  else for (const child of await children(entry)) await gather(child, found);
}

// A reader hands out a hundred entries at a time, then none.
async function children(folder) {
  const reader = folder.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return all.filter((entry) => !entry.name.startsWith("."));
    all.push(...some);
  }
}
