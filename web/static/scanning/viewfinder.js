// The camera's part of the page: on and off, which camera, and its light.

import { cameras, look } from "./camera.js";
import { remember, setting } from "./kept.js";
import { part } from "./shown.js";

const REFUSED = {
  NotAllowedError: "The camera may not be used here. Allow it for this page in the browser's settings.",
  NotFoundError: "This device has no camera.",
  NotReadableError: "Another program is using the camera. Close it, then try again.",
};
let looking = null;
let wanted = false;

/** Switch the camera on, or off where it is on; what it sees goes to `take`. */
export async function toggle(take) {
  wanted = !wanted;
  await follow(take);
  if (!wanted) return;
  part("camera-choice").onchange = async (event) => {
    await remember("camera", event.target.value);
    await follow(take);
  };
  document.onvisibilitychange = () => follow(take); // no light and no battery for a page nobody sees
}

async function follow(take) {
  looking?.stop();
  looking = null;
  if (wanted && !document.hidden) await start(take);
  part("viewfinder").hidden = !looking;
  part("camera-button").textContent = looking ? "Stop the camera" : "Use the camera";
}

async function start(take) {
  part("camera-refused").textContent = "";
  part("viewfinder").hidden = false;
  try {
    looking = await look(part("video"), await setting("camera"), take);
  } catch (why) {
    wanted = false;
    part("camera-refused").textContent = REFUSED[why.name] ?? "The camera did not start. Try again.";
    return;
  }
  await offerCameras();
  offerTorch();
  part("camera").scrollIntoView(); // on a telephone the result stays below the picture
}

async function offerCameras() {
  const all = await cameras();
  const choice = part("camera-choice");
  choice.replaceChildren(...all.map(([id, name]) => new Option(name, id, false, id === looking.id)));
  choice.parentElement.hidden = all.length < 2;
}

function offerTorch() {
  const torch = part("torch");
  torch.hidden = !looking.torch;
  torch.setAttribute("aria-pressed", "false");
  torch.onclick = async () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    await looking.torch(on);
    torch.setAttribute("aria-pressed", String(on));
  };
}
