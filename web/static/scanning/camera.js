// The phone's camera as a scanner. The decoder comes from our own address, and only when wanted.

import { BarcodeDetector, prepareZXingModule } from "../vendor/barcode-detector/ponyfill.js";

// What stands on our labels and on makers' plates. Fewer kinds are read quicker, and seldom wrongly.
const KINDS = ["qr_code", "data_matrix", "code_128", "ean_13", "databar_expanded"];
const BETWEEN = 80; // milliseconds between two looks
const GONE = 1500; // a code counts again when it was out of sight for as long

// Left alone, the library would ask a stranger's server for it.
prepareZXingModule({
  overrides: {
    locateFile: (name, place) =>
      name.endsWith(".wasm")
        ? new URL(`../vendor/barcode-detector/${name}`, import.meta.url).href
        : place + name,
  },
});

/** A reader of pictures: `read(picture)` answers the texts of the codes in it. */
export function reader() {
  const detector = new BarcodeDetector({ formats: KINDS });
  return async (picture) => (await detector.detect(picture)).map((code) => code.rawValue);
}

/** Look through a camera until `stop`; each code that comes into sight is given to `take` once. */
export async function look(video, chosen, take) {
  const stream = await through(chosen);
  video.srcObject = stream;
  await video.play();
  const read = reader();
  const seen = new Map();
  let [going, next] = [true, 0];

  async function once() {
    const codes = video.readyState >= 2 ? await read(video).catch(() => []) : [];
    if (!going) return;
    const now = performance.now();
    for (const code of codes) {
      const before = seen.get(code);
      seen.set(code, now);
      if (before === undefined || now - before > GONE) take(code);
    }
    next = setTimeout(once, BETWEEN);
  }
  once();

  const [track] = stream.getVideoTracks();
  return {
    id: track.getSettings().deviceId,
    torch: track.getCapabilities?.().torch
      ? (on) => track.applyConstraints({ advanced: [{ torch: on }] })
      : null,
    stop() {
      going = false;
      clearTimeout(next);
      stream.getTracks().forEach((one) => one.stop());
      video.srcObject = null;
    },
  };
}

// The camera that was chosen before may have been unplugged since.
async function through(chosen) {
  const size = { width: { ideal: 1280 }, height: { ideal: 720 } };
  const any = { video: { ...size, facingMode: "environment" } };
  if (!chosen) return navigator.mediaDevices.getUserMedia(any);
  const one = { video: { ...size, deviceId: { exact: chosen } } };
  return navigator.mediaDevices.getUserMedia(one).catch(() => navigator.mediaDevices.getUserMedia(any));
}

/** The cameras of this device, as [id, name]; named only once one of them may be used. */
export async function cameras() {
  const all = await navigator.mediaDevices.enumerateDevices();
  const mine = all.filter((one) => one.kind === "videoinput");
  return mine.map((one, at) => [one.deviceId, one.label || `Camera ${at + 1}`]);
}
