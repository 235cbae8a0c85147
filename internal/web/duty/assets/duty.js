// The sound is tested by its button. The list is asked for again every half minute, and stays as it is while somebody is
// in it.
(() => {
  'use strict';
  const test = document.querySelector('.duty-test');
  test.hidden = false;
  test.addEventListener('click', () => document.dispatchEvent(new CustomEvent('verigate:test-sound')));
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
  // What is answered changes nothing under somebody but what sounds: a note may stand open for hours. It leads nowhere (to an
  // account that is not in order any more) while something sounds that nobody has opened.
  document.getElementById('duty-now').addEventListener('htmx:before:response', (e) => {
    const within = document.querySelector('.duty-call[open]') || document.activeElement?.closest('[data-refresh]');
    const { ctx } = e.detail;
    if (ctx.response.headers.has('HX-Redirect') ? within || document.querySelector('[data-alarm]') : within && ctx.response.status !== 200) return e.preventDefault();
    if (within) [ctx.target, ctx.select] = [document.getElementById('duty-flash'), '#duty-flash'];
  });
})();
