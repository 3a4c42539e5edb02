// Two habits of forms: a scanner's field never loses the cursor, and a second click does nothing.

// Even after an error: the next scan must land in the field, and the alert is read out all the same.
const field = document.querySelector("[data-keeps-focus]");

function takeFocus() {
  field.focus({ preventScroll: true });
  // A scanner may have begun to type before this script came: never select what it typed.
  if (field.value === field.defaultValue) field.select();
}

// Only after a tap on nothing in particular: whoever tabs or taps to a link keeps going there.
if (field) {
  takeFocus();
  window.addEventListener("focus", takeFocus);
  document.addEventListener("click", (event) => {
    const chosen = event.target.closest("a, button, input, select, textarea, label, summary");
    if (chosen === null && String(window.getSelection()) === "") takeFocus();
  });
}

// The server recognises a double by its one-time key; this only spares the wait.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent || ("signsOut" in form.dataset && !leavesDevice())) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) setTimeout(() => event.submitter.setAttribute("aria-disabled", "true"));
  // A form that was answered with a file to download leaves its page standing.
  setTimeout(() => mayBeSent(form), 10_000);
});

// Scans that this device has not sent yet stay here, for whoever made them; see scanning/.
function leavesDevice() {
  const unsent = Number(localStorage.getItem("commonstore-scanning-unsent") ?? 0);
  const leaves = !unsent || confirm(
    `Scans on this device that are not sent yet: ${unsent}. They stay here, and are sent when ` +
      "whoever made them signs in here again and opens the scanning page. Sign out now?",
  );
  if (leaves) localStorage.removeItem("commonstore-scanning-person");
  return leaves;
}

function mayBeSent(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
  }
}

// A page that comes back out of the browser's memory may be sent again.
window.addEventListener("pageshow", () => [...document.forms].forEach(mayBeSent));

// How far a long piece of work has come is looked up again by itself; the page has a link for it.
const looksAgain = document.querySelector("[data-looks-again]");
if (looksAgain) setTimeout(() => location.reload(), Number(looksAgain.dataset.looksAgain));
