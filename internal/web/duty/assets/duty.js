// The sound is tested by its button. The list is asked for again every half minute, unless somebody is in it.
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
  setInterval(() => {
    if (document.hidden || document.querySelector('.duty-call[open]') || document.activeElement?.closest('[data-refresh]')) return;
    htmx.ajax('GET', '/now', { target: '#main', swap: 'outerMorph', select: '#main' });
  }, 30000);
})();
