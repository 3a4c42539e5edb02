// A hand scanner is a keyboard that types faster than anybody. It may type while something else has
// the focus, put signs of its own around each code, and end it with Enter, with Tab or with nothing.

const SHORTEST = 6; // characters typed in one go that nobody types by hand
const FASTEST_HAND = 50; // milliseconds between two characters

/** Give everything a scanner or a person puts into the field to `take`, whole and without frills. */
export function listen(field, settings, take) {
  let [last, run, settling] = [0, 0, 0];

  function end() {
    clearTimeout(settling);
    const text = plain(field.value, settings);
    field.value = "";
    run = 0;
    if (text) take(text);
  }

  // Typed while a button or nothing has the focus, it goes into the field, Space apart: it presses
  // buttons. In a list, one letter finds a line; a second one as quick as this is a scanner's.
  let first = null;
  document.addEventListener("keydown", ({ target, key, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey || key.length !== 1) return;
    if (target.closest("input:not([type=checkbox]), textarea")) return;
    const at = performance.now();
    if (!target.closest("select")) {
      if (key !== " ") field.focus();
    } else if (first && at - first.at < FASTEST_HAND) {
      target.value = first.chosen;
      field.value = first.key;
      field.focus();
    } else {
      first = { key, at, chosen: target.value };
    }
  });

  field.addEventListener("input", (event) => {
    const now = performance.now();
    const quick = now - last < FASTEST_HAND && event.inputType !== "insertFromPaste";
    run = quick ? run + 1 : 1;
    last = now;
    clearTimeout(settling);
    if (settings.settle && byScanner()) settling = setTimeout(end, settings.settle);
  });

  // Typed in one go and nothing before it: so Tab ends a scan, and a person's Tab moves on.
  const byScanner = () => run >= SHORTEST && run + 1 >= field.value.length;
  field.addEventListener("keydown", (event) => {
    const ends = event.key === "Enter" || (event.key === "Tab" && !event.shiftKey && byScanner());
    if (!ends) return;
    // The form's button would let the second of two quick scans fall, taking it for a double click.
    event.preventDefault();
    end();
  });

  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    end();
  });
}

/** What was scanned, without what the scanner was set to put around it. */
export function plain(typed, { prefix = "", suffix = "" }) {
  let text = typed.trim();
  if (prefix && text.startsWith(prefix)) text = text.slice(prefix.length);
  if (suffix && text.endsWith(suffix)) text = text.slice(0, -suffix.length);
  return text.trim();
}
