// An OpenID provider that keeps nothing. Configuration comes as JSON on the first line of the input: port, client (as
// oidc-provider takes it) and groups by subject. Each further line replaces the groups.
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { port, client, groups } = JSON.parse((await lines.next()).value);
let known = groups;

const provider = new Provider(`http://localhost:${port}`, {
  clients: [client],
  claims: { openid: ['sub', 'groups'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['of a test'] },
  features: { backchannelLogout: { enabled: true } },
  findAccount: (_, sub) => sub in known && { accountId: sub, claims: () => ({ sub, groups: known[sub] }) },
  issueRefreshToken: () => true,
});
provider.on('server_error', (_, error) => console.error(error));
provider.on('backchannel.error', (_, error) => console.error('back channel:', error));
provider.listen(port, '127.0.0.1', () => console.log('listens'));

for await (const line of lines) {
  known = JSON.parse(line);
  console.log('knows');
}
process.exit(0);
