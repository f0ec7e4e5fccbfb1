import type {
  AppState,
  Catalogue,
  CatalogueEntry,
  Change,
  ConnectionSettings,
  Difference,
  GatewayState,
  HistoryEntry,
  HistoryPage,
  HistoryRow,
  InspectedToken,
  KeyPair,
  Leg,
  Merge,
  Product,
  Provider,
  RoundTrip,
  RulesState,
  SavedCheck,
  SignIn,
  TestEndpoints,
  TestResult,
  Token,
  Userinfo,
} from '../src/ipc/bindings';

export const now = Date.now();
const iso = (offset: number) => new Date(now + offset).toISOString();
const HOUR = 3_600_000;

export const fingerprint = '7F3A 19C4 0E52 D86B A190 2DE7 44F5 8C13 B60A 9E71 C835 DF62 1BA4 07EE 5980 F326';
const PEM = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo
4lgOEePzNm0tRgeLezV6ffAt0gunVTLw7onLRnrq0/IzW7yWR7QkrmBL7jTKEn5u
8QIDAQAB
-----END PUBLIC KEY-----
`;

export const keyPair: KeyPair = {
  public_pem: PEM,
  fingerprint,
  made_at: iso(-6 * 24 * HOUR),
  link_fields: [
    { label: 'Consumer key', value: 'gatewright' },
    { label: 'Consumer name', value: 'Gatewright staging' },
    { label: 'Public key', value: PEM },
    { label: 'Execute as', value: 'svc-no-rights' },
    { label: 'Allow 2-Legged OAuth', value: 'yes' },
    { label: 'Allow user impersonation through 2-Legged OAuth', value: 'yes' },
  ],
  admin_url: 'https://jira.staging.internal:8443/jira/plugins/servlet/applinks/listApplicationLinks',
};

export const products: Product[] = [
  {
    id: 'jira',
    kind: 'jira',
    version: '10.3.2',
    title: 'tracker.example.com',
    base_url: 'https://jira.staging.internal:8443/jira',
    public_url: 'https://jira.staging.example.com',
    directory_user: 'svc-gatewright',
    directory_password_kept: true,
    act_as: { strategy: 'oauth1', consumer_key: 'gatewright' },
    key_pair: keyPair,
    service_token_kept: false,
    readiness: { state: 'ready' },
  },
  {
    id: 'confluence',
    kind: 'confluence',
    version: '9.2.4',
    title: 'Confluence',
    base_url: 'https://wiki.staging.internal/wiki',
    public_url: 'https://wiki.staging.example.com',
    directory_user: 'svc-gatewright',
    directory_password_kept: true,
    act_as: { strategy: 'oauth1', consumer_key: 'gatewright' },
    key_pair: null,
    service_token_kept: false,
    readiness: { state: 'problem', text: 'The directory account was refused' },
  },
  {
    id: 'bitbucket',
    kind: 'bitbucket',
    version: '9.4.1',
    title: 'Bitbucket',
    base_url: 'https://git.staging.internal',
    public_url: 'https://git.staging.example.com',
    directory_user: null,
    directory_password_kept: false,
    act_as: { strategy: 'service' },
    key_pair: null,
    service_token_kept: true,
    readiness: { state: 'not_tried' },
  },
];

const NONE = {
  issuer: null,
  authorization: null,
  token: null,
  userinfo: null,
  jwks: null,
  introspection: null,
  revocation: null,
  device_authorization: null,
  par: null,
};

const SETTINGS: ConnectionSettings = {
  without_pkce: false,
  push: false,
  authorization_params: [],
  token_params: [],
  refresh_params: [],
  assertion_audience: '',
  proxy: { kind: 'system' },
  ca_pem: '',
  verification: null,
  verification_audience: [],
};

function entry(
  id: string,
  name: string,
  initials: string,
  group: string,
  more: Partial<CatalogueEntry> = {},
): CatalogueEntry {
  return {
    id,
    name,
    initials,
    group,
    summary: 'OpenID Connect. Tokens are JWTs, read without asking back.',
    inputs: [
      {
        key: 'issuer',
        label: 'Issuer',
        example: 'https://sso.example.com',
        required: true,
        hint: 'Exactly as it calls itself.',
      },
    ],
    scopes: ['openid', 'profile', 'email'],
    client_auth: ['basic', 'body', 'none'],
    client_credentials: true,
    register: ['Create a client with the code flow.', 'Enter the redirect URI above.', 'Bring back ID and secret.'],
    unconfirmed: [],
    keywords: [],
    device_code: true,
    redirect: { host: '127.0.0.1', path: '/callback', port_is_registered: true, proposed_port: 47653 },
    loopback_note: 'The port is compared: register the one that is used.',
    pkce_note: '',
    client_auth_note: '',
    warn: '',
    for_gateway: '',
    further: '',
    optional_params: [{ name: 'prompt', value: 'login asks again even if somebody is signed in' }],
    verifications: ['introspection', 'jwt', 'userinfo'],
    verification_note: 'Introspection sees a revoked token at once.',
    ...more,
  };
}

export const catalogue: Catalogue = {
  refused: [
    {
      name: 'Implicit',
      reason: "The implicit flow is not offered: its tokens travel in the browser's address bar and history.",
      hint: 'Use the authorization code grant with PKCE.',
    },
    {
      name: 'Password',
      reason: "The password grant is not offered: it hands the user's password to this program.",
      hint: 'Use the authorization code grant for a person.',
    },
  ],
  providers: [
    entry('entra', 'Microsoft Entra ID', 'EN', 'Cloud identity'),
    entry('okta', 'Okta', 'OK', 'Cloud identity'),
    entry('auth0', 'Auth0', 'A0', 'Cloud identity'),
    entry('cognito', 'AWS Cognito', 'AC', 'Cloud identity'),
    entry('google', 'Google', 'GO', 'Cloud identity'),
    entry('adfs', 'AD FS', 'AD', 'Identity server'),
    entry('keycloak', 'Keycloak', 'KC', 'Identity server'),
    entry('authentik', 'authentik', 'AK', 'Identity server'),
    entry('github', 'GitHub', 'GH', 'Cloud service', {
      inputs: [],
      summary: 'OAuth 2.0. Opaque tokens, read back from /user.',
    }),
    entry('ghes', 'GitHub Enterprise Server', 'GE', 'Self-hosted service', {
      summary: 'OAuth 2.0. Opaque tokens, read back from /api/v3/user.',
      inputs: [
        {
          key: 'base_url',
          label: 'Server URL',
          example: 'https://github.example.com',
          required: true,
          hint: 'Without /api/v3.',
        },
      ],
      scopes: ['read:user', 'user:email'],
      client_auth: ['body', 'basic'],
      client_credentials: false,
      register: [
        'On the server open Settings, Developer settings, OAuth Apps, New OAuth App.',
        'Enter a name, the address of your gateway as homepage, and the redirect URI above as authorization callback URL.',
        'Copy the client ID, then choose Generate a new client secret. GitHub shows the secret once.',
      ],
      unconfirmed: ['An app that belongs to an organisation stays when the person who registered it leaves.'],
    }),
    entry('gitlab', 'GitLab', 'GL', 'Self-hosted service'),
    entry('custom-oidc', 'Custom OpenID Connect', 'OI', 'Custom'),
    entry('custom-oauth2', 'Custom OAuth 2.0', 'O2', 'Custom', {
      inputs: [
        {
          key: 'authorization',
          label: 'Authorization URL',
          example: 'https://sso.example.com/authorize',
          required: true,
          hint: '',
        },
        { key: 'token', label: 'Token URL', example: 'https://sso.example.com/token', required: true, hint: '' },
        {
          key: 'userinfo',
          label: 'Userinfo URL',
          example: 'https://sso.example.com/me',
          required: true,
          hint: 'Answers whose a token is.',
        },
      ],
      summary: 'OAuth 2.0 by its three addresses.',
      scopes: [],
    }),
  ],
};

export const providers: Provider[] = [
  {
    id: 'ghes',
    preset: 'ghes',
    name: 'GitHub Enterprise',
    inputs: { base_url: 'https://github.example.com' },
    client_id: 'Ov23liQ8r1xT5kZc0aVb',
    client_secret_kept: true,
    scopes: ['read:user', 'user:email'],
    client_auth: 'body',
    redirect: { host: '127.0.0.1', port: null, path: '/callback' },
    redirect_to_register: 'http://127.0.0.1/callback',
    settings: SETTINGS,
    client_key: null,
    proxy_password_kept: false,
    redirect_note:
      'Register it exactly like this, without a port. GitHub accepts any port of 127.0.0.1 when somebody signs in.',
    endpoints: {
      ...NONE,
      authorization: 'https://github.example.com/login/oauth/authorize',
      token: 'https://github.example.com/login/oauth/access_token',
      userinfo: 'https://github.example.com/api/v3/user',
    },
    missing: [],
    username: { from: 'userinfo', pointer: '/login', transform: ['lowercase'], match_by: 'username' },
  },
  {
    id: 'keycloak',
    preset: 'keycloak',
    name: 'Keycloak',
    inputs: { issuer: 'https://sso.example.com/realms/staff' },
    client_id: '',
    client_secret_kept: false,
    scopes: ['openid', 'profile', 'email', 'groups'],
    client_auth: 'basic',
    redirect: { host: '127.0.0.1', port: 8400, path: '/callback' },
    redirect_to_register: 'http://127.0.0.1:8400/callback',
    settings: SETTINGS,
    client_key: null,
    proxy_password_kept: false,
    redirect_note: 'Register it exactly like this.',
    endpoints: { ...NONE, issuer: 'https://sso.example.com/realms/staff' },
    missing: ['Client ID', 'Client secret'],
    username: null,
  },
];

const timing = (dns: number | null, connect: number | null, first: number, body: number) => ({
  dns,
  connect,
  first_byte: first,
  body,
  total: (dns ?? 0) + (connect ?? 0) + first + body,
});

export function leg(
  name: string,
  method: string,
  url: string,
  status: number | null,
  t = timing(2, 9, 40, 1),
  type = 'application/json',
): Leg {
  return {
    name,
    method,
    url,
    request_headers: [
      { name: 'Accept', value: 'application/json' },
      { name: 'Authorization', value: 'Basic ••••••••' },
    ],
    request_body:
      method === 'POST'
        ? 'grant_type=authorization_code&code=••••&redirect_uri=http%3A%2F%2F127.0.0.1%3A53123%2Fcallback&code_verifier=••••'
        : '',
    status,
    response_headers: [
      { name: 'Content-Type', value: `${type}; charset=utf-8` },
      { name: 'Date', value: new Date(now).toUTCString() },
      { name: 'Cache-Control', value: 'no-store' },
    ],
    response_body:
      status === null ? '' : '{"access_token":"ghu_••••","token_type":"bearer","scope":"read:user,user:email"}',
    error: status === null ? 'the connection was refused: 10.20.0.14:8401' : null,
    timing: t,
  };
}

const legs = [
  leg(
    'Discovery',
    'GET',
    'https://sso.example.com/realms/staff/.well-known/openid-configuration',
    200,
    timing(4, 18, 17, 2),
  ),
  leg(
    'Exchange the code',
    'POST',
    'https://sso.example.com/realms/staff/protocol/openid-connect/token',
    200,
    timing(null, null, 112, 6),
  ),
  leg(
    'Signing keys',
    'GET',
    'https://sso.example.com/realms/staff/protocol/openid-connect/certs',
    200,
    timing(null, null, 17, 2),
  ),
  leg(
    'Read userinfo',
    'GET',
    'https://sso.example.com/realms/staff/protocol/openid-connect/userinfo',
    200,
    timing(null, null, 31, 2),
  ),
];

export const fred: Token = {
  id: 't-fred',
  name: 'fred',
  provider_id: 'ghes',
  provider_name: 'GitHub Enterprise',
  user: null,
  origin: 'authorization_code',
  masked: 'ghu_••••••••••••••••••••••••••••••••9Kd3',
  characters: 40,
  kind: 'GitHub token of an app, opaque',
  kept_at: iso(-20 * 60_000),
  ends_at: iso(7 * HOUR + 41 * 60_000),
  scopes_asked: ['read:user', 'user:email'],
  scopes_granted: ['read:user', 'user:email'],
  refresh_token_kept: true,
  issuer: null,
  last_used: null,
  refresh_by_itself: false,
  refresh_problem: null,
  can_sign_out: true,
  access_claims: [],
  id_claims: [],
  id_token_check: null,
  legs: [
    leg('Exchange the code', 'POST', 'https://github.example.com/login/oauth/access_token', 200, timing(2, 21, 112, 6)),
    leg('Read userinfo', 'GET', 'https://github.example.com/api/v3/user', 200, timing(null, null, 61, 2)),
  ],
};

export const tokens: Token[] = [
  {
    id: 't-jdoe',
    name: 'jdoe',
    provider_id: 'keycloak',
    provider_name: 'Keycloak',
    user: null,
    origin: 'authorization_code',
    masked: 'eyJhbGciOiJSUzI1NiIsInR5cCI••••••••••••••••••••••••••••9Kd3kQ',
    characters: 1124,
    kind: 'Bearer, JWT, RS256',
    kept_at: iso(-28_000),
    ends_at: iso(14 * 60_000 + 32_000),
    scopes_asked: ['openid', 'profile', 'email', 'groups'],
    scopes_granted: ['openid', 'profile', 'email'],
    refresh_token_kept: true,
    issuer: null,
    last_used: null,
    refresh_by_itself: false,
    refresh_problem: null,
    can_sign_out: true,
    access_claims: [
      { name: 'iss', value: '"https://sso.example.com/realms/staff"', says: 'Is this provider', good: true },
      { name: 'aud', value: '["gatewright","account"]', says: 'Names this client', good: true },
      { name: 'azp', value: '"gatewright"', says: 'Is this client', good: true },
      { name: 'exp', value: '1795097851', says: 'In 14 min 32 s', good: true },
      { name: 'sub', value: '"5e0c1f9a-7b1d-4a21-9a3c-0d3a5e0c1f9a"', says: 'Never changes', good: null },
      { name: 'preferred_username', value: '"jdoe"', says: 'Likely the username', good: null },
      { name: 'email', value: '"jdoe@example.com"', says: 'Likely the username', good: null },
    ],
    id_claims: [{ name: 'nonce', value: '"n-0S6_WzA2Mj"', says: 'Is the one that was sent', good: true }],
    id_token_check: 'Checked with key 7f3a',
    legs,
  },
  fred,
  {
    ...fred,
    id: 't-report',
    name: 'svc-report',
    provider_id: null,
    provider_name: null,
    user: 'svc-report',
    origin: 'pasted',
    masked: 'ht••••••••••••x7',
    characters: 18,
    kind: 'Name and password',
    ends_at: null,
    scopes_asked: [],
    scopes_granted: null,
    refresh_token_kept: false,
    issuer: null,
    last_used: null,
    refresh_by_itself: false,
    refresh_problem: null,
    can_sign_out: true,
    legs: [],
  },
  {
    ...fred,
    id: 't-old',
    name: 'fred, October',
    ends_at: iso(-40 * HOUR),
    kept_at: iso(-48 * HOUR),
    refresh_token_kept: false,
    issuer: null,
    last_used: null,
    refresh_by_itself: false,
    refresh_problem: null,
    can_sign_out: true,
  },
];

export const userinfo: Userinfo = {
  token_id: 't-fred',
  userinfo: {
    login: 'Fred',
    id: 1042,
    node_id: 'MDQ6VXNlcjEwNDI=',
    avatar_url: 'https://github.example.com/avatars/u/1042?v=4&size=200&theme=light',
    html_url: 'https://github.example.com/Fred',
    type: 'User',
    site_admin: false,
    name: 'Fred Flintstone',
    company: 'Slate Rock and Gravel',
    location: null,
    email: 'fred@example.com',
    hireable: null,
    bio: null,
    public_repos: 17,
    followers: 4,
    created_at: '2019-02-11T08:21:44Z',
    updated_at: '2026-11-18T16:02:09Z',
    suspended_at: null,
    disk_usage: 88120,
    plan: { name: 'enterprise', space: 976562499, collaborators: 0, private_repos: 9999 },
  },
  status: 200,
  milliseconds: 61,
  candidates: [
    { pointer: '/login', value: 'Fred', from: 'userinfo', gateway_sees_it: true },
    { pointer: '/email', value: 'fred@example.com', from: 'userinfo', gateway_sees_it: true },
    { pointer: '/name', value: 'Fred Flintstone', from: 'userinfo', gateway_sees_it: true },
    { pointer: '/id', value: '1042', from: 'userinfo', gateway_sees_it: true },
    { pointer: '/preferred_username', value: 'fred', from: 'id_token', gateway_sees_it: false },
  ],
  token_claims: null,
  id_token_claims: {
    iss: 'https://sso.example.com',
    sub: '5e0c1f9a',
    preferred_username: 'fred',
    email: 'fred@example.com',
  },
  rule: null,
  warning: '',
  legs: [],
};

export const gateway: GatewayState = {
  url: 'https://gateway.staging.example.com:8401',
  data_url: 'https://gateway.staging.example.com',
  role: 'owner',
  fingerprint: '3FA1 0C77 5E92 4BD0 18E6 6A31 C95D 08F2 B47E 2693 AD40 1F8B 65DC 029A E157 3C84',
  reachable: true,
  problem: null,
  version: '1.0.0',
  serves: 17,
  started_at: iso(-75 * HOUR),
  from_file: false,
  clock_ahead_seconds: 0,
  asked_at: iso(-4000),
};

const RUNS = `format = 1

[settings]
authentication = true
anonymous = "deny"
oauth = "allow"

[settings.keys]
max_lifetime = "365d"
max_per_user = 10

[[products]]
id = "jira"
kind = "jira"
base_url = "https://jira.staging.internal:8443/jira"
public_url = "https://jira.staging.example.com"
act_as = { oauth1 = { consumer_key = "gatewright", private_key = { secret = "jira-oauth1" } } }
directory = { basic = { user = "svc-gatewright", password = { secret = "jira-svc" } }, cache = "5m" }

[[providers]]
id = "ghes"
preset = "ghes"
inputs = { base_url = "https://github.example.com" }
client_id = "Ov23liQ8r1xT5kZc0aVb"
client_secret = { secret = "ghes" }
client_auth = "body"
scopes = ["read:user"]
username = { from = "userinfo", pointer = "/login", transform = [], match = "username" }

[access]
groups_allowed = []
groups_read_only = []
addresses_allowed = [
  "10.0.0.0/8",
  "172.16.0.0/12",
]

[audit]
keep = "30d"
`;

export const difference: Difference = {
  runs_version: 17,
  runs_published: 'Anna Winter, 17 Nov',
  runs: RUNS,
  here: RUNS.replace('"365d"', '"180d"')
    .replace('scopes = ["read:user"]', 'scopes = ["read:user", "user:email"]')
    .replace('transform = []', 'transform = ["lowercase"]')
    .replace('  "172.16.0.0/12",\n', '')
    .replace(
      '[[providers]]',
      `[[products]]
id = "confluence"
kind = "confluence"
base_url = "https://wiki.staging.internal/wiki"
public_url = "https://wiki.staging.example.com"
act_as = { oauth1 = { consumer_key = "gatewright", private_key = { secret = "confluence-oauth1" } } }

[[providers]]`,
    ),
  changes: [
    {
      path: 'products.confluence',
      example: '',
      title: 'Products',
      detail: 'confluence added',
      effect: 'wider',
      line: 20,
    },
    {
      path: 'providers.ghes.username',
      example: '',
      title: 'Username of GitHub Enterprise',
      detail: '/login is now lowercased',
      effect: 'none',
      line: 35,
    },
    {
      path: 'providers.ghes.scopes',
      example: '',
      title: 'Scopes of GitHub Enterprise',
      detail: 'user:email added',
      effect: 'none',
      line: 34,
    },
    {
      path: 'settings.keys.max_lifetime',
      example: '',
      title: 'Longest life of a key',
      detail: '365 days becomes 180 days',
      effect: 'narrower',
      line: 9,
    },
    {
      path: 'access.addresses_allowed',
      example: '',
      title: 'Addresses allowed',
      detail: '172.16.0.0/12 removed',
      effect: 'narrower',
      line: 40,
    },
  ],
  problems: [],
  secrets: [
    { name: 'ghes', purpose: 'client secret of GitHub Enterprise', here: true, there: true },
    { name: 'jira-oauth1', purpose: 'private key of the link in Jira', here: true, there: true },
    { name: 'jira-svc', purpose: 'password of the directory account of Jira', here: true, there: true },
    { name: 'confluence-oauth1', purpose: 'private key of the link in Confluence', here: true, there: false },
  ],
  foreign_parts: false,
  expectations: [
    {
      name: 'Contractors cannot write',
      user: 'mallory',
      request: 'jira POST /rest/api/2/issue',
      expected: 'read_only',
      found: 'read_only',
      holds: true,
      new: true,
      decided: 'Contractors is a read-only group, and POST writes.',
    },
    {
      name: 'No entry without a credential',
      user: '',
      request: 'jira GET /rest/api/2/myself',
      expected: 'missing_credentials',
      found: 'missing_credentials',
      holds: true,
      new: false,
      decided: 'No credential came.',
    },
    {
      name: 'The build bot may write',
      user: 'svc-build',
      request: 'bitbucket POST /rest/api/1.0/projects',
      expected: 'permit',
      found: 'permit',
      holds: true,
      new: false,
      decided: 'It may.',
    },
  ],
  merge: null,
};

export const rules: RulesState = {
  rules: {
    settings: {
      authentication: true,
      read_only: false,
      anonymous_passes: false,
      api_keys: true,
      oauth: true,
      basic_auth: false,
      basic_exceptions: ['svc-legacy'],
      product_tokens: false,
      users_may_create_keys: true,
      max_lifetime: '180d',
      max_per_user: '10',
    },
    access: {
      groups_allowed: ['jira-users', 'confluence-users', 'bitbucket-users', 'contractors'],
      groups_read_only: ['contractors', 'auditorz'],
      groups_may_create_keys: [],
      addresses_allowed: ['10.0.0.0/8', '10.20.0.0/16', '192.168.40.0/24', '2001:db8:40::/48', '10.1.2.0/33'],
      trusted_proxies: ['10.0.0.5/32'],
      per_caller: '600/m',
      per_address: '',
      failures_per_address: '',
      failures_per_user: '',
      report_only: [{ rule: 'rate', until: '2026-12-01T00:00:00Z' }],
      public: [
        { product: 'confluence', path: '/rest/api/content/**' },
        { product: 'bitbucket', path: '/rest/api/*/repos' },
      ],
      bypass: [{ product: 'jira', path: 'GET /rest/api/2/serverInfo' }],
    },
    products: [{ id: 'jira', groups_allowed: ['jira-users'], groups_read_only: [], addresses_allowed: [] }],
    expect: [
      {
        name: 'Contractors cannot write',
        user: 'mallory',
        groups: ['contractors'],
        address: '10.1.2.3',
        product: 'jira',
        request: 'POST /rest/api/2/issue',
        outcome: 'read_only',
      },
    ],
    audit_keep: '30d',
    audit_facts: '30d',
  },
  check: {
    problems: [
      {
        path: 'access.addresses_allowed[4]',
        message: 'Not an address or a range: 10.1.2.0/33.',
        hint: 'Write an address or a range, as 10.0.0.0/8 or 2001:db8::/32.',
      },
    ],
    changes: 5,
  },
  products: [
    { id: 'jira', title: 'Jira', kind: 'jira', directory: true },
    { id: 'confluence', title: 'Confluence', kind: 'confluence', directory: true },
    { id: 'bitbucket', title: 'Bitbucket', kind: 'bitbucket', directory: false },
  ],
  presets: [
    { kind: 'jira', used_as: 'public', path: '/rest/**', says: 'The whole REST API' },
    { kind: 'jira', used_as: 'bypass', path: 'GET /status', says: 'Health check for load balancers' },
    { kind: 'confluence', used_as: 'public', path: '/rest/api/content/**', says: 'Pages and attachments' },
  ],
  based_on: 17,
  conflict: false,
};

export const merge: Merge = {
  base_version: 17,
  their_version: 18,
  their_published: 'Lena Vogt, 17 Nov 2026',
  their_comment: 'Shorter keys (CHG-2288)',
  open: true,
  places: [
    {
      path: 'settings.keys.max_lifetime',
      title: 'Longest life of a key',
      theirs: [change('settings.keys.max_lifetime', 'Longest life of a key', '365d becomes 90d', 'narrower')],
      yours: [change('settings.keys.max_lifetime', 'Longest life of a key', '365d becomes 180d', 'narrower')],
      clash: true,
      list: false,
    },
    {
      path: 'access.addresses_allowed',
      title: 'Addresses allowed',
      theirs: [change('access.addresses_allowed', 'Addresses allowed', '192.168.40.0/24 added', 'wider')],
      yours: [change('access.addresses_allowed', 'Addresses allowed', '172.16.0.0/12 removed', 'narrower')],
      clash: true,
      list: true,
    },
    {
      path: 'access.groups_read_only',
      title: 'Read-only groups',
      theirs: [],
      yours: [change('access.groups_read_only', 'Read-only groups', 'contractors added', 'narrower')],
      clash: false,
      list: true,
    },
    {
      path: 'providers.keycloak',
      title: 'Provider keycloak, scopes',
      theirs: [change('providers.keycloak.scopes', 'Provider keycloak, scopes', 'groups added', 'none')],
      yours: [],
      clash: false,
      list: false,
    },
  ],
};

function change(path: string, title: string, detail: string, effect: Change['effect']): Change {
  return { path, title, detail, effect, example: '', line: null };
}

export function signIn(): SignIn {
  return {
    attempt: `a-${now}`,
    provider_id: 'ghes',
    authorization_url:
      'https://github.example.com/login/oauth/authorize?response_type=code&client_id=Ov23liQ8r1xT5kZc0aVb&redirect_uri=http%3A%2F%2F127.0.0.1%3A53123%2Fcallback&scope=read%3Auser+user%3Aemail&state=k3VxTqAf0w1Zs6bLq0&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    redirect_uri: 'http://127.0.0.1:53123/callback',
    state: 'k3VxTqAf0w1Zs6bLq0',
    scopes: ['read:user', 'user:email'],
    gives_up_at: new Date(Date.now() + 262_000).toISOString(),
    patience_seconds: 300,
    device: null,
    phase: { phase: 'waiting', browser_problem: null },
    legs: [leg('Reach the server', 'GET', 'https://github.example.com/api/v3/meta', 200, timing(4, 26, 50, 3))],
  };
}

export function appState(): AppState {
  return {
    version: '0.1.0',
    environment: { id: 'staging', name: 'Staging', kind: 'staging' },
    environments: [
      { id: 'production', name: 'Production', kind: 'production' },
      { id: 'staging', name: 'Staging', kind: 'staging' },
      { id: 'sandbox', name: 'Sandbox', kind: 'sandbox' },
    ],
    zoom: 100,
    vault: { state: 'keychain' },
    steps: {
      products: { mark: 'attention', text: '1 of 3 ready' },
      provider: { mark: 'done', text: 'GitHub Enterprise, Keycloak' },
      token: { mark: 'done', text: 'fred, ends in 7 h 41 min' },
      username: { mark: 'done', text: '/login, lowercase' },
      test: { mark: 'attention', text: '4 of 24 need you' },
      publish: { mark: 'todo', text: '5 changes since v17' },
    },
    gateway,
    products: 3,
    tokens: 4,
    theme: 'system',
    first_start: false,
  };
}

function result(more: Partial<TestResult>): TestResult {
  return {
    product: 'jira',
    method: 'GET',
    endpoint: '/rest/api/2/myself',
    status: 200,
    verdict: 'valid',
    verdict_text: 'Valid',
    tone: 'good',
    user: 'fred',
    expected_user: 'fred',
    gateway_reason: null,
    explained: null,
    message: 'Jira took the caller for fred',
    whose: '',
    hint: '',
    evidence: [
      { name: 'status', value: '200 OK', bad: false },
      { name: 'X-AUSERNAME', value: 'fred', bad: false },
    ],
    milliseconds: 112,
    timing: timing(3, 29, 78, 2),
    response: {
      request_line: 'GET https://jira.staging.internal:8443/jira/rest/api/2/myself',
      headers: [
        { name: 'Content-Type', value: 'application/json;charset=UTF-8' },
        { name: 'X-AUSERNAME', value: 'fred' },
      ],
      body: '{"self":"https://jira.staging.example.com/rest/api/2/user?username=fred","key":"JIRAUSER10100","name":"fred","emailAddress":"fred@example.com","displayName":"Fred Flintstone","active":true,"timeZone":"Europe/Berlin"}',
      cut: false,
    },
    curl: "curl --header 'Authorization: Bearer $TOKEN' 'https://jira.staging.internal:8443/jira/rest/api/2/myself'",
    ...more,
  };
}

export function testResult(tokenId: string, productId: string, way: string): TestResult {
  if (way === 'gateway' && productId === 'bitbucket' && tokenId === 't-jdoe') {
    return result({
      verdict: 'gateway_refused',
      verdict_text: 'User unknown',
      tone: 'bad',
      status: 403,
      user: null,
      gateway_reason: 'user_unknown',
      explained: {
        phase: 'identify',
        setting: 'providers.username',
        words: 'No user of Bitbucket is called jdoe.',
      },
      message: 'The gateway refused it: Bitbucket knows no user of this name, so nobody was acted for',
      whose: 'You',
      hint: 'Choose another attribute, or have the account made in Bitbucket',
      milliseconds: 24,
      evidence: [
        { name: 'status', value: '403 Forbidden', bad: true },
        { name: 'X-Gatewright-Reason', value: 'user_unknown', bad: true },
      ],
    });
  }
  if (way === 'gateway') {
    return tokenId === 't-old'
      ? result({
          verdict: 'expired',
          verdict_text: 'Ended',
          tone: 'bad',
          status: 401,
          user: null,
          message: 'The token has ended',
          whose: 'Its owner',
          hint: 'Sign in again',
          milliseconds: 18,
        })
      : result({ user: tokenId === 't-jdoe' ? 'jdoe' : 'fred', milliseconds: 98 + productId.length * 7 });
  }
  if (productId === 'confluence') {
    return result({
      product: 'confluence',
      verdict: 'anonymous',
      verdict_text: 'Anonymous',
      tone: 'bad',
      user: null,
      message:
        'Confluence answered 200, but to nobody: the token has ended or was revoked. A script that looks only at the status will not notice',
      whose: 'fred',
      hint: 'Ask fred for a new access token',
      milliseconds: 130,
      timing: timing(3, 29, 96, 2),
      evidence: [
        { name: 'status', value: '200 OK', bad: false },
        { name: 'type', value: 'anonymous', bad: true },
        { name: 'X-AUSERNAME', value: 'not sent', bad: true },
        { name: 'X-Seraph-LoginReason', value: 'not sent', bad: false },
      ],
      response: {
        request_line: 'GET https://wiki.staging.internal/wiki/rest/api/user/current',
        headers: [{ name: 'Content-Type', value: 'application/json' }],
        body: '{"type":"anonymous","profilePicture":{"path":"/images/icons/profilepics/anonymous.svg","width":48,"height":48,"isDefault":true},"displayName":"Anonymous","_links":{"self":"https://wiki.staging.internal/wiki/rest/api/user/anonymous"}}',
        cut: false,
      },
    });
  }
  if (tokenId === 't-report' && productId === 'jira') {
    return result({
      verdict: 'captcha_required',
      verdict_text: 'Locked',
      tone: 'bad',
      status: 403,
      user: null,
      message: 'Jira asks this account for a CAPTCHA after failed sign-ins',
      whose: 'svc-report',
      hint: 'Sign in once in the browser and solve it',
      milliseconds: 40,
    });
  }
  if (tokenId === 't-report') {
    return result({
      verdict: 'no_product_access',
      verdict_text: 'No access',
      tone: 'warning',
      status: 403,
      user: 'svc-report',
      message: 'The password is right; the account may not use Bitbucket',
      whose: "Bitbucket's admin",
      hint: 'Give the account access to Bitbucket',
    });
  }
  return result({
    verdict: 'invalid_credential',
    verdict_text: 'Wrong credential',
    tone: 'bad',
    status: 401,
    user: null,
    message: 'Jira does not know this token',
    whose: 'You',
    hint: 'A provider token works through the gateway',
    milliseconds: 51,
  });
}

export const testEndpoints: TestEndpoints = {
  purposes: [
    { id: 'who_am_i', label: 'Who am I', products: ['jira', 'confluence', 'bitbucket'], family: 'REST API' },
    { id: 'content', label: 'List content', products: ['jira', 'confluence', 'bitbucket'], family: 'REST API' },
    { id: 'mine', label: 'What is mine', products: ['jira', 'bitbucket'], family: 'REST API' },
    { id: 'search', label: 'Search', products: ['jira', 'confluence', 'bitbucket'], family: 'REST API' },
  ],
  presets: [
    {
      id: 'jira.my-issues',
      label: 'My issues',
      product: 'jira',
      family: 'REST API',
      method: 'GET',
      path: '/rest/api/2/search',
      headers: [],
      body: null,
      has_inputs: false,
    },
    {
      id: 'jira.queues',
      label: 'Queues of a desk',
      product: 'jira',
      family: 'Jira Service Management',
      method: 'GET',
      path: '/rest/servicedeskapi/servicedesk/{desk}/queue',
      headers: [{ name: 'X-ExperimentalApi', value: 'opt-in' }],
      body: null,
      has_inputs: true,
    },
  ],
  own: [
    {
      id: 'e1',
      name: 'Create an issue',
      product: 'jira',
      method: 'POST',
      path: '/rest/api/2/issue',
      headers: [],
      body: '{}',
    },
  ],
  round_trips: [
    { product: 'jira', creates: 'a private filter', place: null, example: '' },
    { product: 'confluence', creates: 'a page in the space', place: 'Space', example: 'TEAM' },
    {
      product: 'bitbucket',
      creates: 'a label on the repository',
      place: 'Repository',
      example: 'TEAM/repository',
    },
  ],
};

/** What a token's looks say. */
export function looks(foreign: boolean): InspectedToken {
  return {
    label: 'A JSON Web Token.',
    facts: [
      { name: 'Issuer', value: 'https://login.example.com/realms/main' },
      { name: 'Audience', value: 'gatewright' },
      { name: 'Ends', value: '2026-11-22T18:00:00Z' },
    ],
    judgements: [],
    foreign: foreign ? 'This is a secret of GitHub. jira.example.com would receive it.' : null,
  };
}

const tripStep = (title: string, method: string, endpoint: string, status: number): RoundTrip['steps'][number] => ({
  title,
  done: true,
  result: { ...historyEntry(1).result, method, endpoint, status },
});

/** Something created and deleted again. */
export const roundTrip: RoundTrip = {
  steps: [
    tripStep('Ask who the caller is', 'GET', '/rest/api/2/myself', 200),
    tripStep('Create it', 'POST', '/rest/api/2/filter', 200),
    tripStep('Read it back', 'GET', '/rest/api/2/filter/10003', 200),
    tripStep('Delete it', 'DELETE', '/rest/api/2/filter/10003', 204),
    tripStep('See that it is gone', 'GET', '/rest/api/2/filter/10003', 400),
  ],
  left: null,
  good: true,
  message: 'It was created, read and deleted again; nothing is left.',
};

const check: SavedCheck = {
  id: 'c1',
  name: 'Before the weekend',
  test: {
    tokens: ['t-fred'],
    products: ['jira'],
    ways: ['direct', 'gateway'],
    endpoints: ['who_am_i'],
    credential: 'bearer',
    user: null,
    expected_user: null,
    expect_owner: true,
    allow_plain_http: false,
    allow_foreign: false,
    allow_writes: false,
  },
  expected: [],
  every_minutes: 60,
  next_at: iso(0.4 * HOUR),
  running: false,
  last: { at: iso(-0.6 * HOUR), green: true, cells: 12, differences: [], problem: null },
};

export const checks: SavedCheck[] = [
  check,
  {
    ...check,
    id: 'c2',
    name: 'Robots',
    every_minutes: null,
    next_at: null,
    last: {
      at: iso(-30 * HOUR),
      green: false,
      cells: 6,
      problem: null,
      differences: [
        {
          token: 'svc-build',
          product: 'jira',
          way: 'gateway',
          endpoint: 'who_am_i',
          expected: null,
          verdict: 'expired',
          verdict_text: 'Ended',
          message: 'The token ended on 20 Nov at 12:00',
        },
      ],
    },
  },
];

function historyRow(id: number): HistoryRow {
  const product = (['jira', 'confluence', 'bitbucket'] as const)[id % 3] ?? 'jira';
  const way = id % 2 ? 'direct' : 'gateway';
  const shown = testResult(id % 5 ? 't-fred' : 't-old', product, way);
  return {
    id,
    at: iso(-(100_482 - id) * 45_000),
    token: id % 5 ? 'fred' : 'fred, October',
    product,
    kind: product,
    way,
    endpoint_label: 'Who am I',
    method: 'GET',
    endpoint: shown.endpoint,
    status: shown.status,
    verdict: shown.verdict,
    verdict_text: shown.verdict_text,
    tone: shown.tone,
    user: shown.user,
    milliseconds: shown.milliseconds,
    check: id % 7 ? null : 'Before the weekend',
  };
}

export function historyPage(from: number, limit: number, all: number): HistoryPage {
  const to = Math.min(all, from + limit);
  return {
    rows: Array.from({ length: to - from }, (_, index) => historyRow(all - from - index)),
    next: to < all ? String(to) : null,
    matching: from === 0 ? all : null,
    kept: from === 0 ? all : null,
    tokens: ['fred', 'fred, October'],
    products: ['bitbucket', 'confluence', 'jira'],
  };
}

export function historyEntry(id: number): HistoryEntry {
  const row = historyRow(id);
  return {
    row,
    token_id: 't-fred',
    expected_user: 'fred',
    result: testResult('t-fred', row.product, row.way),
    before: historyRow(id - 6),
  };
}
