// Heard and felt, so that nobody must look up: three sounds as different as a bell and a buzzer.

const SOUNDS = {
  good: { notes: [[880, 0.08], [1320, 0.14]], shape: "sine", felt: [60] },
  bad: { notes: [[196, 0.18], [147, 0.3]], shape: "square", felt: [200, 100, 200] },
  kept: { notes: [[660, 0.07]], shape: "triangle", felt: [30] },
};
let context;

/** Play one of the sounds, if this browser can. It may not before somebody has touched the page. */
export function play(name, loud = true) {
  const sound = SOUNDS[name] ?? SOUNDS.good;
  navigator.vibrate?.(sound.felt);
  const Context = window.AudioContext;
  if (!loud || !Context) return;
  context ??= new Context();
  context.resume().catch(() => {});
  let from = context.currentTime;
  for (const [pitch, seconds] of sound.notes) {
    note(pitch, sound.shape, from, seconds);
    from += seconds;
  }
}

function note(pitch, shape, from, seconds) {
  const [voice, volume] = [context.createOscillator(), context.createGain()];
  voice.type = shape;
  voice.frequency.value = pitch;
  volume.gain.setValueAtTime(0.3, from);
  volume.gain.exponentialRampToValueAtTime(0.01, from + seconds);
  voice.connect(volume).connect(context.destination);
  voice.start(from);
  voice.stop(from + seconds);
}
