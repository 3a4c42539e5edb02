// The scanning page. Every scan is kept on this device first and sent next, with signal or without.

import * as kept from "./kept.js";
import { choosing } from "./modes.js";
import { whoScans } from "./person.js";
import { listen } from "./scanner.js";
import { sending } from "./sending.js";
import * as shown from "./shown.js";
import { play } from "./sounds.js";

const SOON = 600; // milliseconds an answer may take before the page says that the scan is kept
const ENDING = /^[a-z0-9]{3,7}$/i; // the last characters of a code, typed by hand
const { page, part } = shown;
const form = page.querySelector("form");

/** Let a person scan: with a hand scanner, with the camera or by typing, all in the same way. */
async function begin(person, settings) {
  const chosenBy = choosing(form, person.modes);
  if (part("name")) part("name").textContent = person.name;
  let [last, state] = [null, "sent"];
  const showUnsent = async () => shown.showUnsent(await kept.countUnsent(person.staff), state);
  const showUnseen = async () => shown.showUnseen(await kept.unseen(person.staff));

  const send = sending(person, {
    told(now) {
      state = now;
      return showUnsent();
    },
    async came(scan, answer) {
      const seen = scan.id === last?.id;
      const after = await kept.answered(scan.id, answer, seen);
      shown.showRow(after);
      if (seen) shown.showLarge((last = after));
      else if (after.unseen) await showUnseen();
      if (seen || after.unseen) play(soundOf(answer), settings.sound);
    },
  });

  async function take(scanned) {
    const chosen = chosenBy(scanned);
    if (chosen) {
      last = null;
      shown.showChosen(chosen);
      return play(chosen.refused ? "bad" : "good", settings.sound);
    }
    const { mode, place } = Object.fromEntries(new FormData(form));
    const scan = await kept.keep({ mode, place: place || null, scanned, by: person.staff });
    last = scan;
    shown.showRow(scan);
    send();
    if (state === "sent") await new Promise((done) => setTimeout(done, SOON));
    else navigator.storage?.persist?.(); // or a full telephone might clear it away
    if (last !== scan) return; // answered by now, or another one was scanned since
    shown.showLarge(scan);
    play("kept", settings.sound);
    await showUnsent();
  }

  function typed(text) {
    if (!ENDING.test(text) || state !== "sent" || !form.elements.csrf_token) return take(text);
    form.elements.scanned.value = text;
    return form.submit(); // the server looks for what it may be, and its page asks which
  }

  listen(form.elements.scanned, settings, typed);
  offerCamera(take);
  part("undo").addEventListener("click", () => take(`${location.origin}/do/undo`));
  part("seen").addEventListener("click", async () => {
    await kept.markSeen(await kept.unseen(person.staff));
    await showUnseen();
    form.elements.scanned.focus();
  });
  for (const scan of (await kept.latest(person.staff, 20)).reverse()) shown.showRow(scan);
  await showUnseen();
  send();
  await kept.forgetOld();
}

// What the server says it should sound like, else by what came of it.
const soundOf = ({ outcome, sound }) => sound || (outcome === "done" ? "good" : "bad");

/** What this device was told about its scanner and its sounds, kept as it is changed. */
async function readSettings() {
  const settings = { prefix: "", suffix: "", settle: 150, sound: true };
  Object.assign(settings, await kept.setting("scanner"));
  for (const input of page.querySelectorAll("[data-setting]")) {
    const name = input.dataset.setting;
    const value = { checkbox: "checked", number: "valueAsNumber" }[input.type] ?? "value";
    input[value] = settings[name];
    input.addEventListener("change", () => {
      settings[name] = input[value] || (input.type === "number" ? 0 : input[value]);
      kept.remember("scanner", settings);
    });
  }
  return settings;
}

/** The camera's button, where there may be a camera; what it needs is fetched when it is pressed. */
function offerCamera(take) {
  if (!navigator.mediaDevices?.getUserMedia) return;
  part("camera").hidden = false;
  part("camera-button").addEventListener("click", async () => {
    const { toggle } = await import("./viewfinder.js");
    await toggle(take);
  });
}

async function start() {
  const settings = await readSettings();
  part("device").hidden = false;
  for (const one of page.querySelectorAll("[data-without-script]")) one.hidden = true;
  const person = whoScans();
  if (person) await begin(person, settings);
  else shown.showNobody(form);
}

// A browser that keeps nothing, as in some private windows, has a plain form and no more.
kept.ready().then(start, () => {});
navigator.serviceWorker?.register("/scanning/worker.js", { scope: "/scanning" });
