// What this device keeps: every scan before anything else is done with it, and its own settings.
// A scan stays until it was answered, and a refused one until somebody has seen the answer.

import { openDB } from "../vendor/idb/index.js";

const OLD_ONES = 200; // answered scans that are kept to be looked at again

// A scan carries `unsent` only while it is, and `unseen` only while its answer waits for a person:
// an index leaves out rows without its key, so both are counted without reading the rest.
const opened = openDB("commonstore-scanning", 1, {
  upgrade(base) {
    const scans = base.createObjectStore("scans", { keyPath: "number", autoIncrement: true });
    scans.createIndex("id", "id", { unique: true });
    scans.createIndex("unsent", "unsent");
    scans.createIndex("unseen", "unseen");
    base.createObjectStore("settings");
  },
});

/** Whether this browser can keep anything; where it cannot, the page stays a plain form. */
export async function ready() {
  await opened;
}

/** A long number nobody else draws. `randomUUID` is missing where the page is not secure. */
function drawn() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A setting of this device. */
export async function setting(name) {
  return (await opened).get("settings", name);
}

/** Remember a setting of this device. */
export async function remember(name, value) {
  await (await opened).put("settings", value, name);
}

/** This device's own number, drawn once. */
export async function device() {
  const work = (await opened).transaction("settings", "readwrite");
  let number = await work.store.get("device");
  if (!number) await work.store.put((number = drawn()), "device");
  await work.done;
  return number;
}

/** Keep a scan: safe on this device when this returns. */
export async function keep({ mode, place, scanned, by }) {
  const at = new Date().toISOString();
  const scan = { id: drawn(), at, mode, place, scanned, by, unsent: by };
  scan.number = await (await opened).add("scans", scan);
  return scan;
}

/** A person's first scans that have not been sent, in the order they were made. */
export async function unsent(by, most) {
  return (await opened).getAllFromIndex("scans", "unsent", by, most);
}

/** How many scans of this person have not been sent, and how many of anybody else. */
export async function countUnsent(by) {
  const work = (await opened).transaction("scans").store.index("unsent");
  const [all, mine] = [await work.count(), by ? await work.count(by) : 0];
  return { mine, others: all - mine };
}

/** Write down what the answer to a scan was. `seen`: it stood in large letters as it came. */
export async function answered(id, answer, seen) {
  const work = (await opened).transaction("scans", "readwrite");
  const scan = await work.store.index("id").get(id);
  if (scan?.unsent) {
    delete scan.unsent;
    scan.answer = answer;
    if (answer.outcome !== "done" && !seen) scan.unseen = scan.by;
    await work.store.put(scan);
  }
  await work.done;
  return scan;
}

/** A person's scans whose refusals nobody has seen yet. */
export async function unseen(by) {
  return (await opened).getAllFromIndex("scans", "unseen", by);
}

/** Somebody has seen what became of these scans. */
export async function markSeen(scans) {
  const work = (await opened).transaction("scans", "readwrite");
  for (const { number } of scans) {
    const scan = await work.store.get(number);
    if (scan) {
      delete scan.unseen;
      await work.store.put(scan);
    }
  }
  await work.done;
}

/** A person's latest scans on this device, the latest first. */
export async function latest(by, most) {
  const found = [];
  const work = (await opened).transaction("scans");
  for (let at = await work.store.openCursor(null, "prev"); at && found.length < most; ) {
    if (at.value.by === by) found.push(at.value);
    at = await at.continue();
  }
  return found;
}

/** Forget old scans that were answered and seen; whatever was not stays however old. */
export async function forgetOld() {
  const work = (await opened).transaction("scans", "readwrite");
  let newer = 0;
  for (let at = await work.store.openCursor(null, "prev"); at; at = await at.continue()) {
    newer += 1;
    if (newer > OLD_ONES && !at.value.unsent && !at.value.unseen) await at.delete();
  }
  await work.done;
}
