// The side of a request, where its forms are, is loaded again when something has changed, but not under the hands of who is
// at work there: then a line says so, and the full stop takes it.
(() => {
  'use strict';
  let waits = false, taken = false;
  const side = () => document.getElementById('request-side');
  const busy = () => !taken && (side().querySelector('details[open]') || side().contains(document.activeElement) || side().matches(':hover'));
  const wait = () => {
    waits = true;
    document.getElementById('request-waits').hidden = false;
  };
  const take = () => {
    waits = false;
    htmx.trigger(side(), 'request:fresh');
  };
  document.addEventListener('changed', (e) => {
    if (e.target.id !== 'live' || !side()) return;
    if (!e.target.dataset.heard) e.target.dataset.heard = 'yes'; // the first comes at once: the page is as new
    else if (busy()) wait();
    else take();
  }, true);
  document.addEventListener('htmx:before:swap', (e) => { // work began there while its news were on their way
    if (e.target.id !== 'request-side') return;
    if (busy()) {
      e.preventDefault();
      wait();
    }
    taken = false;
  });
  document.addEventListener('verigate:take', () => {
    if (!waits || !side()) return;
    taken = true;
    take();
  });
})();
