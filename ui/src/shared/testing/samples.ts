import type {
  CatalogueEntry,
  GatewayState,
  Product,
  Provider,
  SignIn,
  TestResult,
  Token,
  Userinfo,
} from '@/ipc/bindings';

export function product(more: Partial<Product> = {}): Product {
  return {
    id: 'jira',
    kind: 'jira',
    version: '10.3.2',
    title: 'Jira',
    base_url: 'https://jira.internal/jira',
    public_url: '/jira',
    directory_user: null,
    directory_password_kept: false,
    act_as: { strategy: 'oauth1', consumer_key: 'gatewright' },
    key_pair: null,
    service_token_kept: false,
    readiness: { state: 'not_tried' },
    ...more,
  };
}

export function entry(more: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    id: 'ghes',
    name: 'GitHub Enterprise Server',
    initials: 'GE',
    group: 'Self-hosted service',
    summary: '',
    inputs: [{ key: 'base_url', label: 'Server URL', example: '', required: true, hint: '' }],
    scopes: ['read:user'],
    client_auth: ['body', 'basic'],
    client_credentials: false,
    register: [],
    unconfirmed: [],
    keywords: [],
    device_code: false,
    redirect: { host: '127.0.0.1', path: '/callback', port_is_registered: false, proposed_port: null },
    loopback_note: '',
    pkce_note: '',
    client_auth_note: '',
    warn: '',
    for_gateway: '',
    further: '',
    optional_params: [],
    verifications: ['userinfo'],
    verification_note: '',
    ...more,
  };
}

const NO_ENDPOINTS = {
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

export function provider(more: Partial<Provider> = {}): Provider {
  return {
    id: 'ghes',
    preset: 'ghes',
    name: 'GitHub Enterprise',
    inputs: { base_url: 'https://github.example.com' },
    client_id: 'abc',
    client_secret_kept: true,
    scopes: ['read:user'],
    client_auth: 'body',
    redirect: { host: '127.0.0.1', port: null, path: '/callback' },
    redirect_to_register: 'http://127.0.0.1/callback',
    redirect_note: '',
    endpoints: NO_ENDPOINTS,
    missing: [],
    username: null,
    settings: {
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
    },
    client_key: null,
    proxy_password_kept: false,
    ...more,
  };
}

export function token(more: Partial<Token> = {}): Token {
  return {
    id: 't1',
    name: 'fred',
    provider_id: 'ghes',
    provider_name: 'GitHub Enterprise',
    user: null,
    origin: 'authorization_code',
    masked: 'gho_••••abcd',
    characters: 40,
    kind: 'opaque',
    kept_at: '2026-11-22T12:00:00Z',
    ends_at: null,
    scopes_asked: ['read:user'],
    scopes_granted: ['read:user'],
    refresh_token_kept: false,
    access_claims: [],
    id_claims: [],
    id_token_check: null,
    legs: [],
    issuer: null,
    last_used: null,
    refresh_by_itself: false,
    refresh_problem: null,
    can_sign_out: false,
    ...more,
  };
}

export function signIn(more: Partial<SignIn> = {}): SignIn {
  return {
    attempt: 'a1',
    provider_id: 'ghes',
    authorization_url: 'https://github.example.com/login/oauth/authorize?state=s',
    redirect_uri: 'http://127.0.0.1:5000/callback',
    state: 's',
    scopes: [],
    gives_up_at: '2026-11-22T12:05:00Z',
    patience_seconds: 300,
    device: null,
    phase: { phase: 'waiting', browser_problem: null },
    legs: [],
    ...more,
  };
}

export function userinfo(more: Partial<Userinfo> = {}): Userinfo {
  return {
    token_id: 't1',
    userinfo: { login: 'Fred', email: 'fred@example.com', plan: { name: 'free' } },
    status: 200,
    milliseconds: 20,
    candidates: [
      { pointer: '/login', value: 'Fred', from: 'userinfo', gateway_sees_it: true },
      { pointer: '/email', value: 'fred@example.com', from: 'userinfo', gateway_sees_it: true },
    ],
    token_claims: null,
    id_token_claims: null,
    rule: null,
    warning: '',
    legs: [],
    ...more,
  };
}

export function result(more: Partial<TestResult> = {}): TestResult {
  return {
    product: 'jira',
    method: 'GET',
    endpoint: '/rest/api/2/myself',
    status: 200,
    verdict: 'valid',
    verdict_text: 'Valid',
    tone: 'good',
    user: 'fred',
    expected_user: null,
    gateway_reason: null,
    explained: null,
    message: '',
    whose: '',
    hint: '',
    evidence: [],
    milliseconds: 12,
    timing: { dns: null, connect: null, first_byte: 10, body: 2, total: 12 },
    response: null,
    curl: '',
    ...more,
  };
}

export function gateway(more: Partial<GatewayState> = {}): GatewayState {
  return {
    url: 'https://gateway.example.com:8401',
    data_url: '',
    role: 'owner',
    fingerprint: null,
    reachable: true,
    problem: null,
    version: '0.1.0',
    serves: 3,
    started_at: null,
    from_file: false,
    clock_ahead_seconds: 0,
    asked_at: null,
    ...more,
  };
}
