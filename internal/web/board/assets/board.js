// The board as it changes. Values in place change at once; what would move, come or go while the pointer or the focus is
// in the list waits until somebody asks for it (.), or leaves the list.
(() => {
  'use strict';
  const table = document.getElementById('board'), rows = document.getElementById('board-rows');
  const waiting = document.getElementById('board-waiting');
  if (!table || !rows) return;
  const moves = new Map(); // id of a row → the row to be shown, or null: it goes
  let changes = 0, stream = null, cut = false, ended = false;

  const parse = (html) => {
    const t = document.createElement('template');
    t.innerHTML = '<table><tbody>' + html + '</tbody></table>';
    return t.content.querySelector('tr');
  };
  const all = () => [...rows.querySelectorAll('tr[data-row]')];
  const busy = () => rows.matches(':hover') || rows.contains(document.activeElement);
  const why = (row) => row.nextElementSibling?.classList.contains('board-why') ? row.nextElementSibling : null;

  // A link that has the focus stays the same link.
  const renew = (row, fresh) => {
    [...fresh.cells].forEach((cell, i) => {
      const old = row.cells[i], a = old.querySelector('a'), b = cell.querySelector('a');
      if (a && b && a === document.activeElement) {
        a.innerHTML = b.innerHTML;
        const box = a.parentNode;
        for (const n of [...box.childNodes]) if (n !== a) n.remove();
        let behind = false;
        for (const n of [...b.parentNode.childNodes]) {
          if (n === b) behind = true; else if (behind) box.append(n); else box.insertBefore(n, a);
        }
      } else {
        old.innerHTML = cell.innerHTML;
        htmx.process(old);
      }
    });
    for (const name of ['at', 'degree', 'number']) row.dataset[name] = fresh.dataset[name];
  };

  // Where a row belongs among the others: before the first that is due later.
  const later = (at, but) => all().find((r) => r !== but && r.dataset.at > at) ?? null;
  const inPlace = (row, at) => {
    const list = all(), i = list.indexOf(row);
    return (i === 0 || list[i - 1].dataset.at <= at) && (i === list.length - 1 || at <= list[i + 1].dataset.at);
  };
  const elsewhere = (at) => { // the row belongs to another page
    const list = all();
    if (table.dataset.further === 'yes' && (!list.length || at < list[0].dataset.at)) return true;
    return table.dataset.more === 'yes' && list.length && at > list[list.length - 1].dataset.at;
  };

  const put = (row, fresh) => {
    const focused = row?.contains(document.activeElement) ? document.activeElement : null;
    const node = row ?? fresh;
    const before = later(fresh.dataset.at, row), open = row && why(row);
    rows.insertBefore(node, before);
    node.dataset.at = fresh.dataset.at;
    if (open) node.after(open);
    if (!row) htmx.process(node);
    if (focused) focused.focus({ preventScroll: true });
  };
  const take = () => {
    for (const [id, fresh] of moves) {
      const row = document.getElementById(id);
      if (fresh) { put(row, fresh); row?.classList.remove('board-moves'); } else if (row) {
        const next = row.contains(document.activeElement) ? all()[all().indexOf(row) + 1] ?? all()[all().indexOf(row) - 1] : null;
        why(row)?.remove();
        row.remove();
        next?.querySelector('a')?.focus();
      }
    }
    moves.clear();
    show();
  };
  const show = () => {
    waiting.hidden = moves.size === 0;
    waiting.firstElementChild.textContent = (moves.size === 1 ? table.dataset.single : table.dataset.many).replace('{n}', moves.size);
  };
  const settle = () => { if (moves.size && !busy()) take(); else show(); };

  const told = (html) => {
    const fresh = parse(html);
    if (!fresh) return;
    changes++;
    const row = document.getElementById(fresh.id);
    if (!row && fresh.dataset.degree === 'flash') document.getElementById('board-flash').textContent = table.dataset.flash.replace('{n}', fresh.dataset.number);
    if (row) {
      const stays = inPlace(row, fresh.dataset.at), at = row.dataset.at;
      row.classList.remove('board-gone');
      renew(row, fresh.cloneNode(true));
      if (stays) { moves.delete(fresh.id); row.classList.remove('board-moves'); } else {
        row.dataset.at = at; // it stands where it stood
        row.classList.add('board-moves');
        moves.set(fresh.id, fresh);
      }
    } else if (elsewhere(fresh.dataset.at)) moves.delete(fresh.id); else moves.set(fresh.id, fresh);
    settle();
    soonTiles();
  };
  const gone = (id) => {
    changes++;
    const row = document.getElementById('row-' + id);
    if (row) { row.classList.add('board-gone'); moves.set('row-' + id, null); } else moves.delete('row-' + id);
    settle();
    soonTiles();
  };

  // After a line that was cut the whole list is read again, then rows. A page that is no board (somebody's time is over) is
  // none of it.
  const readAgain = async () => {
    try {
      const answer = await fetch(location.href, { headers: { 'Verigate-Unattended': '1' } });
      if (!answer.ok) return false;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (!page.getElementById('board-rows')) return false;
      const list = [...page.querySelectorAll('#board-rows tr[data-row]')], ids = new Set(list.map((r) => r.id));
      for (const row of all()) if (!ids.has(row.id)) { row.classList.add('board-gone'); moves.set(row.id, null); }
      table.dataset.more = page.getElementById('board')?.dataset.more ?? '';
      for (const row of list) {
        const here = document.getElementById(row.id);
        if (!here) { moves.set(row.id, document.importNode(row, true)); continue; }
        const at = here.dataset.at, next = row.dataset.at;
        renew(here, document.importNode(row, true));
        if (at !== next && !inPlace(here, next)) { here.dataset.at = at; moves.set(row.id, document.importNode(row, true)); }
      }
      putTiles(page.getElementById('board-tiles'));
      settle();
      return true;
    } catch { return false; }
  };

  const away = () => document.dispatchEvent(new CustomEvent('verigate:away'));
  const back = () => document.dispatchEvent(new CustomEvent('verigate:back'));
  let owed = false; // a list that is to be read again and could not be
  const reload = async () => {
    if (ended) return;
    owed = !await readAgain();
    if (owed) { away(); setTimeout(reload, 3000); } else if (stream.readyState === EventSource.OPEN) back();
  };
  const putTiles = (fresh) => { if (fresh) document.getElementById('board-tiles')?.replaceWith(document.importNode(fresh, true)); };
  let tilesAt = 0, tilesTimer = null;
  const tiles = async () => {
    tilesTimer = null;
    if (ended) return;
    tilesAt = Date.now();
    try {
      const answer = await fetch('/board?part=tiles', { headers: { 'Verigate-Unattended': '1', 'HX-Request': 'true' } });
      if (answer.status === 401) return document.dispatchEvent(new CustomEvent('verigate:over'));
      if (!answer.ok) { away(); return; }
      const t = document.createElement('template');
      t.innerHTML = await answer.text();
      putTiles(t.content.firstElementChild);
      if (stream?.readyState === EventSource.OPEN && !owed) back();
    } catch { away(); }
  };
  const every = 15000, atMost = 2000;
  const soonTiles = () => { tilesTimer ??= setTimeout(tiles, Math.max(atMost - (Date.now() - tilesAt), 200)); };
  setInterval(() => { if (!document.hidden) tiles(); }, every);

  let last = table.dataset.place;
  const listen = () => {
    if (ended) return;
    const query = new URLSearchParams(table.dataset.stream);
    if (last) query.set('last', last);
    stream = new EventSource('/board/events?' + query);
    const noted = (act) => (e) => { if (e.lastEventId) last = e.lastEventId; act(e); };
    stream.addEventListener('row', noted((e) => told(e.data)));
    stream.addEventListener('gone', noted((e) => gone(e.data)));
    stream.addEventListener('reset', noted(() => reload()));
    stream.onopen = () => {
      table.dataset.live = 'yes';
      if (cut) { cut = false; reload(); } else if (!owed) back();
    };
    stream.onerror = () => {
      cut = true;
      table.dataset.live = '';
      away();
      if (stream.readyState !== EventSource.CLOSED) return;
      soonTiles(); // a stream does not say why it was refused
      setTimeout(listen, 3000);
    };
  };
  listen();
  document.addEventListener('verigate:ended', () => { // nobody is signed in: nothing is asked for
    ended = cut = true;
    stream.close();
  });
  document.addEventListener('verigate:resumed', () => {
    ended = false;
    listen();
  });
  document.addEventListener('visibilitychange', () => { // a page that nobody sees holds no line
    if (document.hidden) { stream.close(); cut = true; } else if (stream.readyState === EventSource.CLOSED) listen();
  });

  waiting.firstElementChild.addEventListener('click', take);
  document.addEventListener('verigate:take', take);
  rows.addEventListener('mouseleave', () => setTimeout(settle, 500));
  rows.addEventListener('focusout', () => setTimeout(settle, 500));
  rows.addEventListener('click', (e) => { // a second press closes what the first has opened
    const link = e.target.closest('.board-open'), open = link && why(link.closest('tr'));
    if (!open) return;
    e.preventDefault();
    e.stopPropagation();
    open.remove();
  }, true);

  setInterval(() => { // one sentence a minute
    if (changes) document.getElementById('status').textContent = table.dataset.said.replace('{n}', changes);
    changes = 0;
  }, 60000);
})();
