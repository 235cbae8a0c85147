// The answer's form in a browser. What is typed is in the page and goes to the gateway; nothing of it is kept on the
// device. A second after typing stops it is saved; while the line is away it is tried again, and an answer is sent again
// under its own key until it is known to be taken. When the session is over it says so, and waits for who comes back. The form works without it.
(() => {
  'use strict';
  const form = () => document.getElementById('unit-answer'); // it is replaced by one that says what is wrong with it
  if (!form()) return;
  const told = () => document.getElementById('unit-draft');
  const pause = 1000, again = 3000, patience = 30000;
  let dirty = false, saving = false, sending = false, since = 0, out = false, timer;

  const clock = (at) => new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh', hour: '2-digit', minute: '2-digit' });
  const say = (text, unsaved) => {
    told().classList.toggle('unit-unsaved', unsaved);
    const at = told().querySelector('.unit-state');
    if (at.textContent !== text) at.textContent = text;
  };
  const lost = (text) => {
    since ||= window.verigate.now();
    say(text.replace('{}', clock(since)), true);
    document.dispatchEvent(new CustomEvent('verigate:away', { detail: { since } }));
  };
  const found = () => {
    if (since) document.dispatchEvent(new CustomEvent('verigate:back'));
    since = 0;
  };
  const over = () => {
    say(told().dataset.over + ' ', true);
    const way = Object.assign(document.createElement('a'), { href: '/sign-in', target: '_blank', textContent: told().dataset.signIn });
    told().querySelector('.unit-state').append(way);
  };

  const signedOut = (r) => { // or the account has to be put in order first, elsewhere
    out = r.status === 401 || /^\/(sign-in|account)\b/.test(r.headers.get('HX-Redirect') ?? '');
    return out;
  };

  const body = (button) => {
    const data = new FormData(button?.form ?? form());
    if (button) data.append(button.name, button.value);
    return new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
  };
  const post = (to, what) => fetch(to, {
    method: 'POST', body: what, credentials: 'same-origin', headers: { 'HX-Request': 'true' }, signal: AbortSignal.timeout(patience),
  });

  const later = (after) => { clearTimeout(timer); timer = setTimeout(save, after); };
  async function save() {
    if (!dirty || sending) return;
    if (saving) return later(pause);
    saving = true;
    dirty = false;
    try {
      const r = await post(form().dataset.draft, body());
      found();
      if (signedOut(r)) {
        dirty = true;
        over();
      } else {
        const text = await r.text();
        const trouble = new DOMParser().parseFromString(text, 'text/html').querySelector('#trouble h2'); // a page instead
        if (trouble) say(trouble.textContent, true);
        else told().innerHTML = text;
        told().classList.toggle('unit-unsaved', !r.ok);
        if (!r.ok) dirty = true;
        if (r.status >= 429) later(again);
      }
    } catch {
      dirty = true;
      lost(told().dataset.away);
      later(again);
    }
    saving = false;
    if (dirty && !out) later(again);
  }
  document.addEventListener('input', (e) => { 
    if (!form().contains(e.target)) return;
    dirty = true;
    later(pause);
    const at = e.target.closest('.unit-question'); // what is told stands where somebody writes
    if (at && at.nextElementSibling !== told()) at.after(told());
  });
  window.addEventListener('online', () => { if (dirty) later(0); });
  window.addEventListener('focus', () => { if (dirty && out) later(0); }); // who signed in elsewhere comes back
  window.addEventListener('pagehide', () => { if (dirty && !sending) navigator.sendBeacon(form().dataset.draft, body()); });
  window.addEventListener('beforeunload', (e) => { if (dirty && (since || out)) e.preventDefault(); });

  // An answer: the same body under the same key until something is answered.
  document.addEventListener('submit', async (e) => {
    const by = e.submitter;
    if (!e.target.matches('[data-send]') || !['send', 'negative'].includes(by?.value)) return;
    e.preventDefault();
    if (sending) return;
    sending = true;
    const what = body(by), to = e.target.getAttribute('action');
    say(told().dataset.sending, false);
    by.disabled = true;
    for (;;) {
      try {
        const r = await post(to, what);
        found();
        if (signedOut(r)) {
          dirty = true;
          over();
          break;
        }
        const next = r.headers.get('HX-Redirect');
        dirty = dirty && !next;
        if (next) return location.assign(next);
        const page = new DOMParser().parseFromString(await r.text(), 'text/html');
        if (r.status >= 429 && !page.getElementById('unit-answer')) throw new Error('busy'); // not even the form can be had
        sending = false;
        document.getElementById('main').replaceWith(document.adoptNode(page.getElementById('main')));
        window.scrollTo(0, 0);
        return fresh();
      } catch {
        lost(told().dataset.unsent);
        await new Promise((wait) => setTimeout(wait, again));
      }
    }
    sending = false;
    by.disabled = false;
  });
  // Files are declared: what they are called, how long they are and what they hash to. They stay where they are.
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');
  const fresh = () => { for (const pick of document.querySelectorAll('.unit-pick')) pick.hidden = !window.crypto?.subtle; };
  fresh();
  document.addEventListener('change', async (e) => {
    const prefix = e.target.dataset.files;
    if (!prefix) return;
    for (const file of e.target.files) {
      const row = free(e.target.closest('details'), prefix);
      const put = (name, value) => { row.querySelector(`[name$=".${name}"]`).value = value; };
      put('name', file.name);
      put('size', file.size);
      put('sha256', hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
    }
    e.target.value = '';
    dirty = true;
    later(pause);
  });
  const free = (list, prefix) => {
    const rows = [...list.querySelectorAll('.unit-file')];
    const empty = rows.find((r) => !r.querySelector('[name$=".name"]').value);
    if (empty) return empty;
    const last = rows.at(-1), row = last.cloneNode(true), name = prefix + (rows.length + 1) + '.';
    for (const field of row.querySelectorAll('[name]')) {
      field.name = field.id = name + field.name.split('.').pop();
      field.value = '';
      field.previousElementSibling.htmlFor = field.id;
    }
    row.dataset.file = name;
    last.after(row);
    return row;
  };
})();
