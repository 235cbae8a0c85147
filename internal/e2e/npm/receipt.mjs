// Verifies a receipt with jose, by the key set that the gateway publishes, and tells what it says.
import { webcrypto } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { compactVerify, createLocalJWKSet } from 'jose';

globalThis.crypto ??= webcrypto; // node 18, which Debian 12 has, keeps it to itself

const { receipt, keys } = JSON.parse(await text(process.stdin));
const { payload, protectedHeader } = await compactVerify(receipt, createLocalJWKSet(keys), { algorithms: ['EdDSA', 'Ed25519'] });
process.stdout.write(JSON.stringify({ header: protectedHeader, claims: JSON.parse(new TextDecoder().decode(payload)) }));
