// A certified OpenID provider on a free port of this computer; anybody may sign in, with any password.
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const client = { client_id: process.argv[2], client_secret: process.argv[3] };
const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      ...client,
      // The port of a redirect to loopback is free for native clients (RFC 8252 section 7.3).
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'], email: ['email', 'email_verified'] },
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
process.stdout.write(`${JSON.stringify({ issuer })}\n`);
