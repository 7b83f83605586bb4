import { byId, el } from './dom.js';

/** Has a screen reader say it when it is free; the last few lines stay readable. */
export function announce(text) {
  const announcer = byId('announcer');
  announcer.append(el('p', { text: text.length > 300 ? `${text.slice(0, 299)}…` : text }));
  while (announcer.children.length > 5) announcer.firstElementChild.remove();
}

let audio;

/** Two short tones; only after the agent has switched the sound on, so the browser allows it. */
export function chime() {
  audio ??= new AudioContext();
  // Made before the agent first pressed anything, it waits to be woken.
  void audio.resume();
  for (const [index, frequency] of [660, 880].entries()) {
    const start = audio.currentTime + index * 0.14;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = frequency;
    volume.gain.setValueAtTime(0.08, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.13);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.14);
  }
}
