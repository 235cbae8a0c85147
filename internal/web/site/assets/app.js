// What every page does in a browser: due times that count down by the server's clock, keys, and the sign of a line that
// is away. A page works without it.
(() => {
  'use strict';
  const root = document.documentElement;
  const vietnamese = root.lang === 'vi';
  const ahead = Number(root.dataset.server) - Date.now(); // the server's clock is the one that counts
  const now = () => Date.now() + ahead;

  // As text.Span and text.Left in Go; a journey holds the two together.
  const unit = vietnamese ? { d: 'ngày', h: 'giờ', m: 'phút', s: 'giây' } : { d: 'd', h: 'h', m: 'min', s: 's' };
  const span = (seconds) => {
    const s = Math.abs(seconds), d = Math.floor(s / 86400), h = Math.floor(s / 3600) % 24, m = Math.floor(s / 60) % 60;
    const said = (n, u) => n + '\u00a0' + unit[u];
    if (s < 60) return said(Math.floor(s), 's');
    if (d) return h ? said(d, 'd') + ' ' + said(h, 'h') : said(d, 'd');
    if (h) return m ? said(h, 'h') + ' ' + said(String(m).padStart(2, '0'), 'm') : said(h, 'h');
    return said(m, 'm');
  };
  const left = (seconds) => {
    const late = seconds <= 0, text = span(seconds);
    if (vietnamese) return late ? 'quá hạn ' + text : 'còn ' + text;
    return late ? 'overdue ' + text : text + ' left';
  };
  const soon = 15 * 60;
  const tick = () => {
    for (const at of document.querySelectorAll('time[data-due]')) {
      const seconds = Number(at.dataset.due) - now() / 1000, text = left(seconds), inner = at.firstElementChild;
      if (inner && inner.textContent !== text) inner.textContent = text;
      at.classList.toggle('late', seconds <= 0);
      at.classList.toggle('soon', seconds > 0 && seconds <= soon);
    }
  };
  tick();
  setInterval(tick, 1000);

  // The session may end under an open page, which may hold what was typed. The page stays and says so. What it shows is covered,
  // but for the form in which somebody is or has typed. It asks for nothing more, its alarm excepted, until who was signed in
  // comes back to it.
  const ended = document.getElementById('over-now');
  const isOver = () => Boolean(ended && !ended.hidden);
  const changed = (f) => {
    if (f.type === 'checkbox' || f.type === 'radio') return f.checked !== f.defaultChecked;
    if (f.type === 'select-one') return f.selectedIndex !== Math.max(0, [...f.options].findIndex((o) => o.defaultSelected));
    if (f.type === 'select-multiple') return [...f.options].some((o) => o.selected !== o.defaultSelected);
    return f.type !== 'hidden' && 'defaultValue' in f && f.value !== f.defaultValue;
  };
  const typed = (form) => form.contains(document.activeElement) || [...form.elements].some(changed);
  const cover = (within, kept) => {
    for (const part of within.children) {
      if (kept.includes(part) || part.tagName === 'SUMMARY' && kept.some((form) => within.contains(form))) continue;
      if (kept.some((form) => part.contains(form))) cover(part, kept); else part.classList.add('covered');
    }
  };
  const end = () => {
    if (!ended || isOver()) return;
    for (const timer of retries.values()) clearTimeout(timer);
    missing.clear();
    back();
    ended.hidden = false;
    const main = document.getElementById('main');
    cover(main, [...main.querySelectorAll('form')].filter(typed));
    document.dispatchEvent(new CustomEvent('verigate:ended'));
  };
  const resume = async () => {
    if (!isOver() || document.hidden) return;
    const reply = await fetch('/v1/session', { headers: { 'Verigate-Unattended': '1' } }).catch(() => null);
    const session = reply?.ok ? await reply.json() : null;
    if (session?.person !== ended.dataset.person || session.needs.length) return;
    ended.hidden = true;
    for (const part of document.querySelectorAll('.covered')) part.classList.remove('covered');
    for (const part of document.querySelectorAll('[hx-trigger*="verigate:again"]')) htmx.trigger(part, 'verigate:again');
    document.dispatchEvent(new CustomEvent('verigate:resumed'));
  };
  window.addEventListener('focus', resume);
  document.addEventListener('visibilitychange', resume);
  document.addEventListener('verigate:over', () => end()); // said by a script that asks by itself
  const unasked = (e) => { // and what was on its way then shows nothing
    const { sourceElement: part, request } = e.detail.ctx;
    if (isOver() && part.id !== 'alarm' && (part.id === 'live' || 'Verigate-Unattended' in request.headers)) e.preventDefault();
  };
  document.addEventListener('htmx:before:request', unasked);
  document.addEventListener('htmx:before:swap', unasked);
  document.addEventListener('htmx:sse:before:connection', (e) => { if (isOver()) e.preventDefault(); });

  // What is away is said, and since when, until all of it is back. What streams by itself fires "verigate:away" and
  // "verigate:back" at the document.
  const stale = document.getElementById('stale'), missing = new Set();
  const away = (what, since) => {
    if (isOver()) return;
    missing.add(what);
    if (!stale || !stale.hidden) return;
    document.getElementById('stale-since').textContent = new Date(since ?? now()).toLocaleTimeString('en-GB', { timeZone: 'Asia/Ho_Chi_Minh' });
    stale.hidden = false;
    root.classList.add('away');
  };
  const back = (what) => {
    missing.delete(what);
    if (missing.size) return;
    if (stale) stale.hidden = true;
    root.classList.remove('away');
  };
  document.addEventListener('verigate:away', (e) => away('page', e.detail?.since));
  document.addEventListener('verigate:back', () => back('page'));
  document.addEventListener('htmx:sse:error', (e) => { if (e.detail?.status === 401) end(); else away('live'); });
  document.addEventListener('htmx:sse:after:connection', () => back('live'));
  // A stream that was never begun htmx does not begin again, nor a part that could not be loaded, and nothing else may
  // happen for hours. What may not be had at all is not asked for again. A part waits for one time at most, however often
  // it asks by itself in between.
  const retries = new Map();
  document.addEventListener('htmx:finally:request', (e) => {
    const part = e.detail?.ctx?.sourceElement, response = e.detail?.ctx?.response, status = response?.status ?? 0;
    if (status === 401 && !response.headers?.has('HX-Retarget')) return end(); // else a page says so in place of this one
    if (isOver() && part?.id !== 'alarm') return;
    if (!part?.matches?.('[hx-trigger*="verigate:again"]')) return;
    clearTimeout(retries.get(part.id));
    const there = status === 200 || status === 204 && !response.headers?.has('HX-Redirect'); // 204: it is as it was
    if (there) return back(part.id);
    away(part.id);
    if (status < 400 || status === 429 || status >= 500) retries.set(part.id, setTimeout(() => htmx.trigger(part, 'verigate:again'), 3000));
  });
  window.addEventListener('offline', () => away('line'));
  window.addEventListener('online', () => back('line'));

  // A page that could not be had for a while opens by itself: who is before it may have gone to do something else, and
  // before the one on the wall is nobody.
  const again = document.querySelector('[data-again]');
  const retry = async () => {
    const reply = await fetch(location.href, { headers: { 'Verigate-Unattended': '1' } }).catch(() => null);
    if (reply && reply.status !== 503) location.reload(); else setTimeout(retry, 1000 * again.dataset.again);
  };
  if (again) { again.hidden = false; setTimeout(retry, 1000 * again.dataset.again); }

  // A button that is pressed twice sends its form once. What is sent by a script, or leads nowhere, may be sent again.
  const sent = new WeakSet();
  document.addEventListener('submit', (e) => {
    if (sent.has(e.target)) return e.preventDefault();
    setTimeout(() => {
      if (e.defaultPrevented || e.target.method !== 'post') return;
      sent.add(e.target);
      setTimeout(() => sent.delete(e.target), 3000);
    });
  });
  window.addEventListener('pagehide', () => document.querySelectorAll('form').forEach((f) => sent.delete(f)));

  // Keys: j and k move among what is marked data-row, Enter opens it, / goes to the search, . takes what is new, ? lists
  // the keys. They rest while something is typed, and where their owner has switched them off (WCAG 2.1.4).
  const rows = () => [...document.querySelectorAll('[data-row]')].filter((r) => r.offsetParent !== null);
  const move = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement?.closest('[data-row]'));
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    (next.querySelector('a, button') ?? next).focus();
    next.scrollIntoView({ block: 'nearest' });
  };
  const typing = (e) => e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable;
  document.addEventListener('keydown', (e) => {
    if (root.dataset.keys === 'off' || typing(e)) return;
    const act = {
      j: () => move(1), k: () => move(-1),
      '/': () => document.querySelector('[data-search]')?.focus(),
      '.': () => document.dispatchEvent(new CustomEvent('verigate:take')),
      '?': () => document.getElementById('keys-help')?.showModal(),
    }[e.key];
    const own = e.key.length === 1 && [...document.querySelectorAll('[data-key]')].find((b) => b.dataset.key === e.key);
    if (act) { e.preventDefault(); act(); } else if (own) { e.preventDefault(); own.click(); }
  });
  // The focus is never lost by an update: what had it may be gone from the part that was loaded again. It then goes to what is
  // left around it, else to the row that has come into its place, else to the part.
  const reached = 'a[href], button:not([disabled]), summary, input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea';
  const first = (within) => [within, ...(within?.querySelectorAll(reached) ?? [])].find((e) => e?.matches(reached) && e.offsetParent !== null);
  let place = null;
  document.addEventListener('htmx:before:swap', () => {
    const held = document.activeElement, around = [];
    if (!held || held === document.body) return;
    for (let e = held; e && e.id !== 'main'; e = e.parentElement) if (e.id) around.push(e.id);
    place = { held, around, row: rows().indexOf(held.closest('[data-row]')), inRow: held.closest('[data-row]')?.id };
  });
  document.addEventListener('htmx:after:swap', () => {
    const was = place;
    place = null;
    if (!was || was.held.isConnected || document.activeElement !== document.body) return;
    const all = rows(), gone = was.inRow && !document.getElementById(was.inRow);
    const near = gone && all.length ? first(all[Math.min(was.row, all.length - 1)]) : null;
    (near ?? was.around.map((id) => first(document.getElementById(id))).find(Boolean) ?? document.getElementById('main')).focus({ preventScroll: true });
  });
  // Where the reader is in the menu is in sight, where all of it does not fit.
  const menu = document.querySelector('.bar nav'), here = menu?.querySelector('[aria-current]');
  if (here) menu.scrollBy({ left: here.getBoundingClientRect().left - menu.getBoundingClientRect().left - (menu.clientWidth - here.offsetWidth) / 2, behavior: 'instant' });
  window.verigate = { now, left, span };
})();
