// What the portal does in a browser besides: the fingerprint of a file is reckoned here, so that nobody types it and
// nothing of the file leaves the device; the device's own time zone is offered first.
(() => {
  'use strict';
  const hex = (bytes) => [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, '0')).join('');
  const offer = () => {
    if (!window.crypto?.subtle) return;
    for (const place of document.querySelectorAll('[data-attachment]')) place.hidden = false;
  };
  const type = (name, value) => {
    const field = document.querySelector('[name="' + CSS.escape(name) + '"]');
    if (field && value) field.value = value;
  };
  document.addEventListener('change', async (e) => {
    const place = e.target.type === 'file' && e.target.closest('[data-attachment]'), file = e.target.files?.[0];
    if (!place || !file) return;
    const at = place.dataset.attachment, said = place.querySelector('[role="status"]');
    said.textContent = said.dataset.busy;
    try {
      const sum = hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
      type(at + '/name', file.name);
      type(at + '/size', String(file.size));
      type(at + '/media_type', file.type);
      type(at + '/sha256', sum);
      said.textContent = said.dataset.done;
    } catch {
      said.textContent = said.dataset.failed;
    }
  });
  document.addEventListener('htmx:after:settle', offer);
  offer();

  const zone = document.getElementById('portal-zone'), own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && own) {
    if (![...zone.options].some((o) => o.value === own)) zone.prepend(new Option(own, own));
    zone.value = own;
  }
})();
