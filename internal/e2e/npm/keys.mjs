// Makes a key pair as a partner's system does: the private part as PEM, the public one as PEM and as a JWK.
import { generateKeyPairSync } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
process.stdout.write(JSON.stringify({
  private: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  pem: publicKey.export({ type: 'spki', format: 'pem' }),
  jwk: JSON.stringify(publicKey.export({ format: 'jwk' })),
}));
