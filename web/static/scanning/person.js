// Who scans here. The page knows it from the server; without signal, from when they last signed in.
// Kept is a code and a name, what they may do here, and nothing else about anybody.

const KEPT = "commonstore-scanning-person"; // forms.js forgets it when somebody signs out
const PATIENCE = 20_000; // milliseconds for an answer on a bad line

/** The server did not answer. A line that is down and a server that is down look alike from here. */
export class NoSignal extends Error {}

/** Ask the server; an answer that it is busy or broken is none. */
export async function ask(address, options) {
  const patience = AbortSignal.timeout(PATIENCE);
  const answer = await fetch(address, { ...options, signal: patience }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429) throw new NoSignal();
  return answer;
}

/**
 * Whoever this page is for: as the server says, else as this device remembers; null for nobody.
 *
 * A person is their code (`staff`), `name`, `modes` with their places, and the form token of their
 * session (`csrf`), which is not remembered.
 */
export function whoScans() {
  const told = document.querySelector("[data-scanning]").dataset.scanning;
  if (!told) return JSON.parse(localStorage.getItem(KEPT) ?? "null");
  const person = JSON.parse(told);
  localStorage.setItem(KEPT, JSON.stringify({ ...person, csrf: null }));
  return person;
}

/** Who is signed in now, asked of the server; null where nobody is. Raises NoSignal. */
export async function whoIsSignedIn() {
  const answer = await ask("/scanning/session", { cache: "no-store" });
  if (answer.status === 401) return null;
  return answer.ok ? answer.json() : { staff: "", csrf: null }; // who may no longer scan
}
