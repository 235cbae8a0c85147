// Signs one call with http-message-signatures and sends it, as a partner's system does. Standard input says what to sign
// and, where `send` differs, what to send under that signature; standard output tells each answer.
import { createHash, createPrivateKey } from 'node:crypto';
import { text } from 'node:stream/consumers';
import signatures from 'http-message-signatures';

const { httpbis, createSigner } = signatures;
const ask = JSON.parse(await text(process.stdin));

const headers = { ...ask.headers };
if (ask.body) {
  headers['Content-Digest'] = `sha-256=:${createHash('sha256').update(ask.body).digest('base64')}:`;
}
const now = Date.now();
const signed = await httpbis.signMessage({
  key: createSigner(createPrivateKey(ask.key), 'ed25519', ask.keyid),
  name: 'sig1',
  fields: ask.fields,
  params: ['created', 'expires', 'nonce', 'keyid', 'alg'],
  paramValues: { created: new Date(now), expires: new Date(now + 60_000), nonce: ask.nonce },
}, { method: ask.method, url: ask.url, headers });

const answers = [];
for (const send of ask.sends) {
  const answer = await fetch(send.url ?? ask.url, {
    method: ask.method, headers: { ...signed.headers, ...send.headers }, body: send.body ?? ask.body,
  });
  answers.push({ status: answer.status, body: await answer.text() });
}
process.stdout.write(JSON.stringify(answers));
