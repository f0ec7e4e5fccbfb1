// openid-client against the sandbox's OpenID face: discovery, code with PKCE, ID token, userinfo,
// refresh, introspection, revocation and client credentials. It prints the address to sign in at,
// and reads the address that the browser came back to.
import { createInterface } from 'node:readline';
import * as client from 'openid-client';

const [issuer, id, secret, redirect_uri] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const config = await client.discovery(new URL(issuer), id, secret, client.ClientSecretBasic(secret), {
  execute: [client.allowInsecureRequests],
});

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const authorization_url = client.buildAuthorizationUrl(config, {
  redirect_uri,
  scope: 'openid profile email offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
  prompt: 'consent',
});
say({ authorization_url: authorization_url.href });

for await (const line of createInterface({ input: process.stdin })) {
  const tokens = await client.authorizationCodeGrant(config, new URL(line), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  const introspected = await client.tokenIntrospection(config, refreshed.access_token);
  await client.tokenRevocation(config, refreshed.access_token);
  const revoked = await client.tokenIntrospection(config, refreshed.access_token);
  const robot = await client.clientCredentialsGrant(config, {});
  say({
    userinfo: userinfo.preferred_username,
    iss: claims.iss,
    rotated: refreshed.refresh_token !== tokens.refresh_token,
    active: introspected.active,
    active_after_revocation: revoked.active,
    robot: typeof robot.access_token,
  });
  process.exit(0);
}
