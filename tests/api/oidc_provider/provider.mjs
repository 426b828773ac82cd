// A certified OpenID provider as a province might run one; prints its issuer in one line, ends with its input.
// node provider.mjs '{"algorithm": "RS256", "client": {...}, "audience": "...", "people": {"u-1": {...claims}}}'
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const order = JSON.parse(process.argv[2]);
const { privateKey } = await generateKeyPair(order.algorithm, { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: 'of-the-year', use: 'sig', alg: order.algorithm };
const claimsOf = (id) => order.people[id] ?? {};

const server = createServer();
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(issuer, {
  jwks: { keys: [key] },
  clients: [{
    ...order.client,
    grant_types: ['authorization_code', 'client_credentials'],
    response_types: ['code'],
    id_token_signed_response_alg: order.algorithm,
  }],
  claims: { openid: ['sub', 'name', 'unit', 'groups'] },
  conformIdTokenClaims: false,
  enabledJWA: { idTokenSigningAlgValues: [order.algorithm] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
  extraTokenClaims: (_, token) => claimsOf(token.accountId),
  pkce: { methods: ['S256'], required: () => true },
  cookies: { keys: ['only for tests'] },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => order.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'openid',
        audience: order.audience,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: order.algorithm } },
      }),
    },
  },
});
server.on('request', provider.callback());
console.log(JSON.stringify({ issuer }));
process.stdin.on('end', () => process.exit(0)).resume();
