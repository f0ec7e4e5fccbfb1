// `@node-oauth/oauth2-server` on a free port of this computer; fred is signed in already. Codes with
// PKCE, the client's secret in the body, refresh tokens that are good once, and no discovery.
import { createServer } from 'node:http';
import OAuth2Server from '@node-oauth/oauth2-server';

const { Request, Response } = OAuth2Server;
const client = {
  id: 'gatewright',
  secret: 'a secret with & and = and spaces',
  grants: ['authorization_code', 'refresh_token'],
  redirectUris: ['http://127.0.0.1/callback'],
};
const user = { username: 'fred' };
const codes = new Map();
const tokens = [];

const model = {
  getClient: async (id, secret) => (id === client.id && (secret === null || secret === client.secret) ? client : false),
  // The port of a redirect to loopback is free (RFC 8252 section 7.3).
  validateRedirectUri: async (given) => client.redirectUris.includes(given.replace(/^(http:\/\/127\.0\.0\.1):\d+\//, '$1/')),
  saveAuthorizationCode: async (code, its, owner) => {
    const saved = { ...code, client: its, user: owner };
    codes.set(code.authorizationCode, saved);
    return saved;
  },
  getAuthorizationCode: async (code) => codes.get(code),
  revokeAuthorizationCode: async (code) => codes.delete(code.authorizationCode),
  saveToken: async (token, its, owner) => {
    const saved = { ...token, client: its, user: owner };
    tokens.push(saved);
    return saved;
  },
  getAccessToken: async (text) => tokens.find((token) => token.accessToken === text),
  getRefreshToken: async (text) => tokens.find((token) => token.refreshToken === text),
  revokeToken: async (token) => {
    const known = tokens.find((one) => one.refreshToken === token.refreshToken);
    delete known?.refreshToken;
    return known !== undefined;
  },
  validateScope: async (_user, _client, scope) => scope ?? [],
};
const oauth = new OAuth2Server({ model, requireClientAuthentication: { refresh_token: true } });

const served = {
  '/authorize': (request, response) => oauth.authorize(request, response, { authenticateHandler: { handle: () => user } }),
  '/token': (request, response) => oauth.token(request, response),
  '/me': async (request, response) => {
    response.body = { login: (await oauth.authenticate(request, response)).user.username };
  },
};

const server = createServer(async (incoming, outgoing) => {
  const url = new URL(incoming.url, 'http://127.0.0.1');
  let text = '';
  for await (const chunk of incoming) text += chunk;
  const request = new Request({
    method: incoming.method,
    headers: incoming.headers,
    query: Object.fromEntries(url.searchParams),
    body: Object.fromEntries(new URLSearchParams(text)),
  });
  const response = new Response({ headers: {} });
  try {
    await served[url.pathname]?.(request, response);
  } catch (error) {
    // The library says refusals by what it has put into the answer.
    if (response.status === 200) response.status = error.code ?? 500;
    if (Object.keys(response.body ?? {}).length === 0) response.body = { error: error.name, error_description: error.message };
  }
  outgoing.writeHead(response.status, { ...response.headers, 'content-type': 'application/json' });
  outgoing.end(JSON.stringify(response.body));
});
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
process.stdout.write(`${JSON.stringify({ issuer, [client.id]: client.secret })}\n`);
