// Lets the scanning page open without signal. It keeps the page as it is for nobody, and its files;
// the server puts EDITION, PAGE, SHELL and FILES in front of this. What is scanned, and by whom, it
// never sees: the page keeps that in the browser's own database.

const KEPT = `scanning-${EDITION}`;
const PATIENCE = 4_000; // milliseconds for the server to answer before the kept page is shown

// An edition is whole or it is not there: it takes over when pages of the one before are closed.
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll([SHELL, ...FILES])));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

async function forgetOthers() {
  const names = await caches.keys();
  const others = names.filter((name) => name.startsWith("scanning-") && name !== KEPT);
  await Promise.all(others.map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  else if (FILES.includes(pathname)) event.respondWith(file(request));
});

async function page(request) {
  const patience = new Promise((_, fail) => setTimeout(fail, PATIENCE));
  const answer = await Promise.race([fetch(request), patience]).catch(() => null);
  // Behind a proxy, a server that is down answers too.
  return answer && answer.status < 500 ? answer : fromKept(SHELL);
}

const file = async (request) => (await fromKept(request)) ?? fetch(request);

const fromKept = async (request) => (await caches.open(KEPT)).match(request);
