// An unopened flash sounds until somebody opens it. A browser plays nothing before its owner has pressed something: the
// page says so, and the test button is that press. The list is asked for again every half minute, unless somebody is in it.
(() => {
  'use strict';
  const test = document.querySelector('.duty-test'), silent = document.querySelector('.duty-silent');
  let audio = null;
  const beep = () => {
    if (!audio || audio.state !== 'running') return;
    const tone = audio.createOscillator(), loud = audio.createGain();
    tone.frequency.value = 880;
    loud.gain.value = 0.2;
    tone.connect(loud).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  };
  const tell = () => { silent.hidden = !!audio && audio.state === 'running'; };
  test.hidden = false;
  tell();
  test.addEventListener('click', async () => {
    audio ??= new AudioContext();
    await audio.resume();
    beep();
    tell();
  });
  setInterval(() => { if (document.querySelector('[data-alarm]')) beep(); }, 2000);
  // c opens the note of a call on the row that has the focus, else on the first.
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'c' || document.documentElement.dataset.keys === 'off' || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
    const row = document.activeElement?.closest('[data-row]') ?? document.querySelector('[data-row]');
    const call = row?.querySelector('.duty-call');
    if (!call) return;
    e.preventDefault();
    call.open = true;
    call.querySelector('textarea').focus();
  });
  setInterval(() => {
    if (document.hidden || document.querySelector('.duty-call[open]') || document.activeElement?.closest('[data-refresh]')) return;
    htmx.ajax('GET', '/now', { target: '#main', swap: 'outerMorph', select: '#main' });
  }, 30000);
})();
