// A certified OpenID provider on a free port of this computer; anybody may sign in, with any password.
// `par` demands pushed requests, `jwt` signs userinfo, `key` has the client sign with a key of its own
// in place of a secret, `device` shows codes for other devices, `lies` names itself otherwise than it is
// reached.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { Provider } from 'oidc-provider';

const [client_id, client_secret, variant = 'plain'] = process.argv.slice(2);
const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address();
const reached = `http://127.0.0.1:${port}`;

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ways = {
  key: {
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256' }] },
  },
  jwt: { client_secret, userinfo_signed_response_alg: 'RS256' },
};
const device = variant === 'device' ? ['urn:ietf:params:oauth:grant-type:device_code'] : [];

const provider = new Provider(variant === 'lies' ? `http://localhost:${port}` : reached, {
  clients: [
    {
      client_id,
      ...(ways[variant] ?? { client_secret }),
      // The port of a redirect to loopback is free for native clients (RFC 8252 section 7.3).
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token', ...device],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'] },
  features: {
    deviceFlow: { enabled: variant === 'device' },
    introspection: { enabled: true },
    jwtUserinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: variant === 'par' },
    revocation: { enabled: true },
  },
  rotateRefreshToken: true,
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      preferred_username: id,
      name: `${id} of the certified provider`,
      email: `${id}@example.com`,
      email_verified: true,
    }),
  }),
  cookies: { keys: ['only for tests'] },
});

server.on('request', provider.callback());
const private_key = privateKey.export({ format: 'pem', type: 'pkcs8' });
process.stdout.write(`${JSON.stringify({ issuer: reached, private_key })}\n`);
