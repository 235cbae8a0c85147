// What a reader must be able to read and to touch. Each function names what is wrong.
window.read = (() => {
  'use strict';
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0 && !e.closest('.unseen') &&
    getComputedStyle(e.closest('thead') ?? e).clipPath === 'none'; // a table in cards keeps its head for those who listen
  const said = (e) => e.outerHTML.slice(0, 140);
  const texts = (but) => {
    const all = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      if (n.data.trim() && shown(n.parentElement) && !n.parentElement.closest('script, option, textarea, ' + but)) all.push(n);
    }
    return all;
  };
  const range = document.createRange();
  const once = (all) => [...new Set(all)];

  // A word stands in one line, in the window: one that is broken or cut off is in a place too narrow for it.
  const words = () => {
    const wrong = [];
    for (const n of texts('code, pre, .review-box')) {
      for (const m of n.data.matchAll(/(?<!\S)[\p{L}\p{M}]{2,20}(?!\S)/gu)) {
        range.setStart(n, m.index);
        range.setEnd(n, m.index + m[0].length);
        if (new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1) wrong.push(`the word ${m[0]} is broken: ` + said(n.parentElement));
      }
    }
    for (const n of texts('.bar nav, .scroll')) {
      range.selectNodeContents(n);
      if ([...range.getClientRects()].some((r) => r.left < -1 || r.right > innerWidth + 1)) wrong.push('it is out of the window: ' + said(n.parentElement));
    }
    for (const e of document.querySelectorAll('main :not(input, textarea), .bar button, .bar summary')) {
      const room = e.scrollWidth - e.clientWidth;
      if (shown(e) && (room > 1 && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX) || room > 2 && e.matches('button, .button, summary'))) wrong.push('it is cut off: ' + said(e));
    }
    return once(wrong);
  };

  // No words lie over others.
  const over = () => {
    const boxes = texts('svg, dialog, .panel').flatMap((n) => {
      range.selectNodeContents(n);
      return [...range.getClientRects()].filter((r) => r.width > 2 && r.height > 2).map((r) => ({ r, e: n.parentElement }));
    }).sort((a, b) => a.r.top - b.r.top);
    const wrong = [];
    boxes.forEach((one, i) => {
      for (let j = i + 1; j < boxes.length && boxes[j].r.top < one.r.bottom - 5; j++) {
        const a = one.r, b = boxes[j].r;
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 && Math.min(a.bottom, b.bottom) - b.top > 5) wrong.push('its words lie over others: ' + said(one.e) + ' and ' + said(boxes[j].e));
      }
    });
    return once(wrong);
  };

  // What is touched is 44 pixels high, or the label that stands for it is.
  const touch = () => [...document.querySelectorAll('button, .button, nav a, select, textarea, summary, input:not([type=hidden])')].filter(shown).flatMap((e) => {
    const tick = e.matches('[type=checkbox], [type=radio]');
    const high = Math.round((tick ? e.closest('label') ?? e.labels?.[0] ?? e : e).getBoundingClientRect().height);
    return high < 44 ? [`${high} pixels are too few to touch: ` + said(e)] : [];
  });

  // A code stands where machines are spoken of; what somebody wrote is told by bdi or dir=auto from what the page says.
  const written = '[dir=auto], [lang]:not(html), bdi, code, kbd, pre';
  const codes = () => once(texts(written).flatMap((n) => [...n.data.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map((m) => `it says ${m[0]}: ` + said(n.parentElement))));
  const vietnamese = /[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/i, english = /\b(?:the|of|and|is|are|not|with|for|you|your|this|that|was|by|from)\b/;
  const tongue = () => {
    const [own, other] = document.documentElement.lang === 'vi' ? [vietnamese, english] : [english, vietnamese];
    return once(texts(written).filter((n) => other.test(n.data) && !own.test(n.data)).map((n) => 'it is in another language: ' + said(n.parentElement)));
  };

  const head = () => {
    const n = document.querySelectorAll('h1').length;
    return n === 1 ? [] : [`it has ${n} headings that say what it is`];
  };
  return { words, over, touch, codes, tongue, head };
})();
