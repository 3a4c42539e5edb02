// What the next scans mean, and where: chosen by a tap, or by scanning a label that says so. All of
// it happens on this device, so that it is the same with signal and without.

import { part } from "./shown.js";

const SYMBOLOGY = /^\][a-z][0-9a-z]/i; // which some scanners put in front
const COMMAND = /^https?:\/\/[^?#\s]+\/do\/([a-z-]+)\/?$/i;
const PLACE =
  /^(?:https?:\/\/[^?#\s]+\/414\/|\(?414\)?)(\d{13})(?:(?:\/254\/|\x1d?\(?254\)?)([0-9a-z]{8}))?\/?$/i;

/** Let the modes this person has be chosen; answers how to read a label that chooses. */
export function choosing(form, modes) {
  const { mode: field, place } = form.elements;
  const list = part("modes");
  if (!list.children.length) list.append(...modes.map(link));

  function set(word) {
    const mode = modes.find((one) => one.mode === word) ?? modes[0];
    if (!mode) return;
    const stays = place.value;
    field.value = mode.mode;
    part("title").textContent = `Scan: ${mode.title.toLowerCase()}`;
    form.querySelector("button").textContent = mode.title;
    part("means").textContent = mode.means;
    place.replaceChildren(...mode.places.map(([code, name]) => new Option(name, code)));
    if (mode.places.some(([code]) => code === stays)) place.value = stays;
    part("places").hidden = !mode.places.length;
    for (const one of list.querySelectorAll("a")) {
      if (one.dataset.mode === mode.mode) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    }
    const address = new URL(location);
    address.search = new URLSearchParams({ mode: mode.mode });
    history.replaceState(null, "", address);
  }

  list.addEventListener("click", (event) => {
    const chosen = event.target.closest("a[data-mode]");
    if (!chosen || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    set(chosen.dataset.mode);
    form.elements.scanned.focus();
  });
  if (!field.value) set(new URLSearchParams(location.search).get("mode"));

  /** A store's label stands for the place in it that the mode puts things in. */
  function placed([, store, written]) {
    const mode = modes.find((one) => one.mode === field.value);
    const code = written?.toUpperCase() ?? mode.stores[store];
    const option = [...place.options].find((one) => one.value && one.value === code);
    if (option) place.value = code;
    if (option) return { words: option.text };
    return { refused: `“${mode.title}” does not use this place. Choose another mode or place.` };
  }

  /** What a label chose, in `words`, or why not, in `refused`; null where it is of something else. */
  return function chosenBy(scanned) {
    const text = scanned.replace(SYMBOLOGY, "");
    const word = COMMAND.exec(text)?.[1].toLowerCase();
    const read = PLACE.exec(text);
    if (read) return placed(read);
    if (!modes.some((one) => one.mode === word)) return null;
    set(word);
    return { words: form.querySelector("button").textContent };
  };
}

function link({ mode, title }) {
  const one = document.createElement("li");
  const to = document.createElement("a");
  to.href = `/scanning?mode=${mode}`;
  to.dataset.mode = mode;
  to.textContent = title;
  one.append(to);
  return one;
}
