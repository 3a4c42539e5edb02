// What the page says: the last scan in letters two fingers high, what is not sent yet, and the list.
// Each says it in words; the colour and the sound only say it again.

const WORDS = {
  done: ["Done", "green"],
  refused: ["Not done", "red"],
  waiting: ["Waiting", "orange"],
  kept: ["Kept here", "blue"],
};
const STATES = {
  sent: "",
  "no signal": "There is no signal, or the server is busy. They are kept on this device and go by themselves.",
  "signed out": "Your session has ended. They are kept on this device and go once you have signed in again.",
  "not yours": "Somebody else is signed in now. They are kept on this device until you sign in again.",
  "not allowed": "Your role no longer includes scanning, so they were not taken. Ask an administrator.",
};
const MOST = 20;
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

export const page = document.querySelector("[data-scanning]");
export const part = (name) => page.querySelector(`[data-part="${name}"]`);

/** How many, with the right word. */
export const scans = (count) => `${count} ${count === 1 ? "scan" : "scans"}`;

function outcomeOf(scan) {
  return scan.answer?.outcome ?? "kept";
}

function tag(element, outcome) {
  const [word, colour] = WORDS[outcome] ?? WORDS.refused;
  element.className = `nhsuk-tag nhsuk-tag--${colour}`;
  element.textContent = word;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text; // or it would be read out again
}

/** What the scan is called: the item it turned out to be, else the end of what was read. */
function nameOf({ answer, scanned }) {
  const end = scanned.replace(/\/$/, "").split("/").pop();
  return answer?.item || (end.length > 24 ? `…${end.slice(-24)}` : end);
}

function sentenceOf({ answer }) {
  if (!answer) return "Safe on this device. It is sent by itself when there is signal.";
  return [answer.sentence, answer.next].filter(Boolean).join(" ");
}

/** The last scan, large. */
export function showLarge(scan) {
  const large = part("large");
  tag(large.querySelector("strong"), outcomeOf(scan));
  say(large.querySelector("span"), nameOf(scan));
  say(part("sentence"), sentenceOf(scan));
}

/** What a label chose for the next scans, or why it could not, large. */
export function showChosen({ words, refused }) {
  const large = part("large");
  const [word, colour] = refused ? WORDS.refused : ["Now", "blue"];
  say(large.querySelector("strong"), word);
  large.querySelector("strong").className = `nhsuk-tag nhsuk-tag--${colour}`;
  say(large.querySelector("span"), words ?? "");
  say(part("sentence"), refused ?? "Scan on.");
}

/** How many scans are not sent, and why. */
export function showUnsent({ mine, others }, state) {
  localStorage.setItem("commonstore-scanning-unsent", mine); // said to whoever signs out, by forms.js
  const line = part("unsent");
  line.hidden = !mine && !others;
  const why = STATES[state] || "They are being sent.";
  const ours = mine ? `${scans(mine)} not sent yet. ${why}` : "";
  const theirs = others ? ` ${scans(others)} of somebody else wait on this device until they sign in here.` : "";
  say(part("unsent-words"), (ours + theirs).trim());
  part("sign-in").hidden = !mine || state !== "signed out";
}

/** One row of the list: made once, changed where it stands when its answer comes. */
function row(scan) {
  const made = part("row").content.firstElementChild.cloneNode(true);
  made.dataset.scan = scan.id;
  return fill(made, scan);
}

function fill(made, scan) {
  const [at, item, what] = made.children;
  const moment = new Date(scan.at);
  const today = moment.toDateString() === new Date().toDateString();
  say(at, today ? CLOCK.format(moment) : `${DAY.format(moment)}, ${CLOCK.format(moment)}`);
  say(item.firstElementChild, nameOf(scan));
  tag(what.querySelector("strong"), outcomeOf(scan));
  say(what.querySelector("span"), ` ${sentenceOf(scan)}`);
  return made;
}

/** Put a scan at the top of the list, or change its row if it has one. */
export function showRow(scan) {
  const list = part("list").querySelector("tbody");
  const there = list.querySelector(`[data-scan="${scan.id}"]`);
  if (there) return void fill(there, scan);
  list.prepend(row(scan));
  while (list.children.length > MOST) list.lastElementChild.remove();
  part("list").hidden = false;
}

/** Refusals that came while nobody looked; they stay until somebody says that they have. */
export function showUnseen(found) {
  const box = part("unseen");
  box.hidden = !found.length;
  const list = part("unseen-list");
  list.replaceChildren(
    ...found.map((scan) => {
      const one = document.createElement("li");
      one.textContent = `${CLOCK.format(new Date(scan.at))} ${nameOf(scan)}: ${sentenceOf(scan)}`;
      return one;
    }),
  );
}

/** Nobody has signed in on this device, or they have signed out: nothing can be scanned for them. */
export function showNobody(form) {
  part("nobody").hidden = false;
  form.hidden = part("large").hidden = true;
}
