// What carries data-alarm sounds every other second until it is gone. A browser plays nothing before its owner has pressed
// something in the page: until then the alarm says that it is silent.
(() => {
  'use strict';
  let audio = null;
  const on = () => audio?.state === 'running';
  const beep = () => {
    if (!on()) return;
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = 880;
    loud.gain.value = 0.2;
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  };
  const tell = () => { for (const s of document.querySelectorAll('[data-silent]')) s.hidden = on(); };
  const wake = async () => {
    audio ??= new AudioContext();
    await audio.resume();
    tell();
  };
  for (const press of ['pointerdown', 'keydown']) document.addEventListener(press, () => { if (!on()) wake(); });
  document.addEventListener('verigate:test-sound', async () => { await wake(); beep(); });
  setInterval(() => { if (document.querySelector('[data-alarm]')) { beep(); tell(); } }, 2000);
  tell();
})();
