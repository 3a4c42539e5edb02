// Sends what is kept, by itself: at the start, when signal returns, after each scan, and again and
// again until all of it was answered. The server does each scan once, however often it is sent.

import { device, unsent } from "./kept.js";
import { NoSignal, ask, whoIsSignedIn } from "./person.js";

const MOST = 50; // scans in one go
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;
const UNREADABLE = { outcome: "refused", sentence: "This could not be read. Scan it again." };

/**
 * Begin to send a person's scans; answers a function that sends now.
 *
 * `came(scan, answer)` is told each answer and `told(state)` how it stands: sent, no signal,
 * signed out, not yours (somebody else is signed in) or not allowed.
 */
export function sending(person, { told, came }) {
  let [wait, timer, busy, again] = [FIRST_WAIT, 0, false, false];

  async function now() {
    again = true;
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    let state = "sent";
    while (again && state === "sent") {
      again = false;
      state = await alone(() => sendAll(person, came)).catch(noSignal);
    }
    busy = false;
    if (state !== "sent") timer = setTimeout(now, wait);
    wait = state === "sent" ? FIRST_WAIT : Math.min(wait * 2, LONGEST_WAIT);
    told(state);
  }

  function soon() {
    wait = FIRST_WAIT;
    now();
  }
  window.addEventListener("online", soon);
  window.addEventListener("pageshow", soon);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  return soon;
}

function noSignal(why) {
  if (why instanceof NoSignal) return "no signal";
  throw why;
}

/** Of two pages that are open at once, one sends at a time. */
const alone = async (work) => navigator.locks?.request("commonstore-scanning", work) ?? work();

/** Send until nothing is left; answers how it stands. */
async function sendAll(person, came) {
  let [most, learned] = [MOST, false];
  for (;;) {
    const scans = await unsent(person.staff, most);
    if (!scans.length) return "sent";
    if (!person.csrf) {
      const stands = await learnToken(person);
      if (stands) return stands;
      learned = true;
    }
    const answer = await post(person, scans);
    const status = answer.type === "opaqueredirect" ? 401 : answer.status;
    const stands = { 401: "signed out", 403: "not allowed" }[status];
    if (stands) return forgetToken(person, stands);
    if (answer.ok) {
      if (!(await taken(await answer.json(), scans, came))) return forgetToken(person, "not yours");
    } else if (status === 400 && !learned) {
      forgetToken(person); // made in a session before this one
    } else if (scans.length > 1) {
      most = 1; // the one that cannot be read must not hold up the others
    } else {
      await came(scans[0], UNREADABLE);
    }
  }
}

function forgetToken(person, stands) {
  person.csrf = null;
  return stands;
}

/** Learn the form token of the session there is now, if it is this person's. */
async function learnToken(person) {
  const signedIn = await whoIsSignedIn();
  if (!signedIn) return "signed out";
  if (!signedIn.csrf) return "not allowed";
  if (signedIn.staff !== person.staff) return "not yours";
  person.csrf = signedIn.csrf;
  return null;
}

async function post(person, scans) {
  const number = await device();
  const told = scans.map(({ id, at, mode, place, scanned, by }) => ({
    id, at, mode, place, scanned, by,
  }));
  return ask("/scanning/scans", {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": person.csrf },
    body: JSON.stringify({ device: number, scans: told }),
  });
}

/** Note the answers; says whether they were for this person. No answers are no signal. */
async function taken({ answers }, scans, came) {
  const asked = new Map(scans.map((scan) => [scan.id, scan]));
  const mine = answers.filter((one) => asked.has(one.id) && one.outcome !== "not_yours");
  for (const answer of mine) await came(asked.get(answer.id), answer);
  if (!mine.length && !answers.length) throw new NoSignal();
  return mine.length === answers.length;
}
