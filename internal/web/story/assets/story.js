// The board of the first page asks for itself; when nobody answers, the page says that its picture is old.
(() => {
  'use strict';
  const board = (e) => e.target instanceof Element && e.target.closest('#story-board');
  const tell = (what) => document.dispatchEvent(new CustomEvent(what));
  for (const name of ['htmx:error', 'htmx:response:error']) {
    document.addEventListener(name, (e) => { if (board(e)) tell('verigate:away'); });
  }
  document.addEventListener('htmx:after:swap', (e) => { if (board(e)) tell('verigate:back'); });
})();
