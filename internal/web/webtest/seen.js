// What a reader must be able to see, whatever the colours of a device. Each function names what cannot be seen.
window.seen = (() => {
  'use strict';
  const rgb = (c) => (c.match(/[\d.]+/g) ?? []).map(Number);
  const clear = (c) => c === 'transparent' || rgb(c)[3] === 0;
  const light = (c) => rgb(c).slice(0, 3).map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; })
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ratio = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + .05) / (y + .05); };
  const behind = (e) => {
    for (let p = e; p; p = p.parentElement) { const c = getComputedStyle(p).backgroundColor; if (!clear(c)) return c; }
    return 'rgb(255, 255, 255)';
  };
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0 && !e.closest('.unseen');
  const said = (e) => e.outerHTML.slice(0, 140);
  const sides = ['Top', 'Right', 'Bottom', 'Left'];
  const edge = (e) => { // it has a line of its own, which stands out from what is behind it
    const s = getComputedStyle(e), back = behind(e.parentElement);
    const line = (width, style, colour) => parseFloat(width) >= 1 && style !== 'none' && ratio(colour, back) >= 3;
    return line(s.outlineWidth, s.outlineStyle, s.outlineColor) ||
      sides.some((side) => line(s[`border${side}Width`], s[`border${side}Style`], s[`border${side}Color`]));
  };

  // Focus goes to each thing that Tab reaches; whatever it is on says so, by a line, and is not covered.
  const focus = () => {
    const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
      .filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0);
    const wrong = [];
    for (const e of [...all, ...all.toReversed()]) { // down, then up: a line that sticks may lie over either
      e.focus();
      if (document.activeElement !== e) { wrong.push('takes no focus: ' + said(e)); continue; }
      const s = getComputedStyle(e);
      if (!e.matches(':focus-visible') || s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 || ratio(s.outlineColor, behind(e.parentElement)) < 3) {
        wrong.push(`focus is not seen (${s.outline}): ` + said(e));
      }
      const box = e.getClientRects()[0], middle = (from, to, most) => (Math.max(from, 0) + Math.min(to, most)) / 2; // of what is in the window
      const x = middle(box.left, box.right, innerWidth), y = middle(box.top, box.bottom, innerHeight);
      const top = document.elementFromPoint(x, y);
      if (!top || !(e.contains(top) || top.contains(e) || top.closest('label')?.contains(e))) {
        wrong.push(`focus is covered at ${Math.round(x)}, ${Math.round(y)} by ${top ? said(top) : 'the end of the window'}: ` + said(e));
      }
    }
    document.activeElement.blur();
    return [...new Set(wrong)];
  };

  // Grounds that mean something: those of the tokens of lateness, haste, success and notice.
  let grounds = [];
  const note = () => {
    const probe = document.body.appendChild(document.createElement('i'));
    const meaning = ['late', 'soon', 'fine', 'mark'].map((name) => { probe.style.backgroundColor = `var(--${name}-ground)`; return getComputedStyle(probe).backgroundColor; });
    probe.remove();
    grounds = [...document.querySelectorAll('body *')].filter((e) => shown(e) && meaning.includes(getComputedStyle(e).backgroundColor));
    return String(grounds.length);
  };

  // In forced colours no ground is left: what had one has a line, what is chosen differs from its neighbours, what is drawn
  // stands out.
  const forced = () => {
    const wrong = grounds.filter((e) => shown(e) && !edge(e)).map((e) => 'it is told by its ground alone: ' + said(e));
    const look = (e) => { const s = getComputedStyle(e); return sides.map((i) => [s[`border${i}Width`], s[`border${i}Style`], s[`border${i}Color`]].join()).join() + s.outline; };
    for (const e of document.querySelectorAll('[aria-current], [aria-pressed="true"], [aria-invalid="true"]')) {
      const other = [...(e.closest('ul, ol, .row, form') ?? document).querySelectorAll(e.tagName)].find((o) => shown(o) && o.classList.value === e.classList.value &&
        !o.matches('[aria-current], [aria-pressed="true"], [aria-invalid="true"]'));
      if (shown(e) && other && look(e) === look(other)) wrong.push('chosen it looks like any other: ' + said(e));
    }
    for (const e of document.querySelectorAll('svg :is(rect, path, circle, line, polyline)')) {
      const s = getComputedStyle(e);
      if (shown(e) && ![s.fill, s.stroke].some((c) => c !== 'none' && !clear(c) && ratio(c, behind(e.closest('svg').parentElement)) >= 3)) wrong.push('drawn in a colour that does not stand out: ' + said(e));
    }
    return [...new Set(wrong)];
  };
  return { focus, note, forced };
})();
