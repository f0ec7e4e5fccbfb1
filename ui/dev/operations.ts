import type { ApiKey, Decision, ExplainedDecision, KeyBasis, TrafficFigures } from '../src/ipc/bindings';
import type { CommandName, ReplyOf, RequestOf } from '../src/ipc/ipc';

type Handlers = { [Name in CommandName]?: (request: RequestOf<Name>) => ReplyOf<Name> | Promise<ReplyOf<Name>> };

const NOW = Date.now();
const at = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const NAMES = ['issue sync', 'Slack bot', 'nightly build', 'Renovate', 'Jenkins webhook', 'SonarQube', 'Grafana panel'];
const OWNERS = ['svc-sync', 'svc-chatops', 'svc-build', 'svc-renovate', 'fred', 'svc-sonar', 'lvogt'];

const basis: KeyBasis = {
  me: 'fred',
  may_change: true,
  role: 'owner',
  max_lifetime: '180d',
  max_per_user: 10,
  accepted: true,
  products: [
    { id: 'jira', title: 'Jira', kind: 'jira', url: 'https://jira.example.com' },
    { id: 'wiki', title: 'Confluence', kind: 'confluence', url: 'https://wiki.example.com' },
    { id: 'git', title: 'Bitbucket', kind: 'bitbucket', url: 'https://git.example.com' },
  ],
};

function key(n: number): ApiKey {
  const state = n % 13 === 12 ? 'revoked' : n % 17 === 16 ? 'exhausted' : n % 19 === 18 ? 'expired' : 'active';
  return {
    id: `k${n}`,
    shown: `gw_${['Y3mPqt', 'M0sDgE', 'k7Qm2x', 'tB1cKp', 'Fq3wZc', 'Bv8yQs', '8NsW0y'][n % 7]}`,
    kind: n % 4 === 2 ? 'basic' : 'bearer',
    owner: OWNERS[n % 7] ?? '',
    name: `${NAMES[n % 7]}${n > 6 ? ` ${n}` : ''}`,
    state,
    ends_soon: state === 'active' && n % 9 === 2,
    created_at: at(86_400 * (30 + (n % 90))),
    created_by: 'lena',
    ends_at: n % 5 === 1 ? null : at(-86_400 * (n % 9 === 2 ? 9 : 30 + (n % 150))),
    max_uses: n % 6 === 5 ? 250_000 : null,
    uses: (n * 7919) % 900_000,
    last_used_at: n % 8 === 7 ? null : at(5 + n * n * 40),
    addresses_seen: ['10.4.2.18', '10.4.2.19'],
    read_only: n % 6 === 3,
    products: n % 3 === 0 ? ['jira'] : n % 3 === 1 ? [] : ['git', 'jira'],
    paths: n % 7 === 6 ? ['GET /rest/api/2/issue/**'] : [],
    addresses: n % 10 === 4 ? ['10.4.0.0/16'] : [],
    revoked_at: state === 'revoked' ? at(86_400) : null,
    revoked_by: state === 'revoked' ? 'lena' : null,
    replaces: null,
    replaced_by: null,
  };
}

const REQUESTS: [string, string, string, string, string][] = [
  ['read_only', 'mallory', 'POST', '/rest/api/2/issue', 'jira'],
  ['permit', 'svc-sync', 'GET', '/rest/api/2/search', 'jira'],
  ['permit', 'svc-build', 'GET', '/scm/gw/app.git/info/refs', 'git'],
  ['permit', 'fred', 'GET', '/rest/api/content', 'wiki'],
  ['missing_credentials', '', 'GET', '/rest/api/content/88211', 'wiki'],
  ['permit', 'pnair', 'GET', '/rest/api/2/search', 'jira'],
  ['address_not_allowed', 'svc-legacy', 'GET', '/rest/api/2/project', 'jira'],
  ['permit', 'jdoe', 'PUT', '/rest/api/content/91002', 'wiki'],
];

function decision(n: number): Decision {
  const [outcome = '', user = '', method = '', path = '', product = ''] = REQUESTS[n % REQUESTS.length] ?? [];
  return {
    sequence: 100_000 - n,
    at: at(n),
    request_id: `01JD${String(n).padStart(20, '0')}`,
    outcome,
    tone: outcome === 'permit' ? 'good' : 'bad',
    user,
    method,
    path,
    product,
    address: '10.4.2.18',
    way: 'oauth',
    key: '',
    reported: [],
    status: outcome === 'permit' ? 200 : 403,
    milliseconds: outcome === 'permit' ? 20 + ((n * 37) % 190) : 1,
  };
}

const figures = (minutes: number): TrafficFigures => {
  const hourly = minutes > 180;
  const length = hourly ? 3600 : 60;
  const buckets = Array.from({ length: Math.ceil((minutes * 60) / length) }, (_, n) => ({
    at: at(minutes * 60 - n * length),
    allowed: 3600 + Math.round(900 * Math.sin(n / 5)) + ((n * 97) % 300),
    refused: n > 40 && n < 45 ? 700 : 50 + ((n * 13) % 40),
  }));
  return {
    since: at(minutes * 60),
    until: at(0),
    bucket_seconds: length,
    buckets,
    allowed: 246_904,
    refused: 3871,
    reasons: [
      { name: 'missing_credentials', requests: 1602 },
      { name: 'read_only', requests: 1188 },
      { name: 'expired_credentials', requests: 644 },
      { name: 'address_not_allowed', requests: 301 },
      { name: 'invalid_credentials', requests: 136 },
    ],
    callers: OWNERS.map((name, n) => ({ name, requests: 80_000 - n * 9000 })),
    p50: 41,
    p90: 188,
    p99: 1240,
    complete: true,
  };
};

function explained(one: Decision): ExplainedDecision {
  const permit = one.outcome === 'permit';
  const phase = (name: string, mark: 'passed' | 'refused' | 'skipped', detail: string, setting = '') => ({
    name,
    mark,
    detail,
    setting,
  });
  return {
    outcome: one.outcome,
    tone: one.tone,
    words: permit
      ? `Permitted: it went on as ${one.user}.`
      : 'Mallory may only read: the group contractors is read-only, and POST writes.',
    user: one.user,
    status: permit ? null : 403,
    version: 42,
    setting: permit ? '' : 'access.groups_read_only',
    now: permit ? '' : 'V43 would refuse it as read_only by access.groups_read_only.',
    phases: [
      phase('Accept', 'passed', 'POST at 2026-11-22T14:02:58Z.'),
      phase('Client address', 'passed', '10.4.2.18.'),
      phase('Target', 'passed', '/rest/api/2/issue of jira.'),
      phase('Surface', 'passed', 'Rest, to write.'),
      phase('Credential', 'passed', 'Oauth.'),
      phase('Verify', 'passed', 'By ghes.'),
      phase('Identify', 'passed', 'Mallory.'),
      permit
        ? phase('Authorise', 'passed', 'In a group that may call.')
        : phase(
            'Authorise',
            'refused',
            'Contractors is a read-only group, and POST writes.',
            'access.groups_read_only',
          ),
      permit ? phase('Forward', 'passed', 'The product answered.') : phase('Forward', 'skipped', 'Not reached.'),
    ],
    expectation: {
      name: `${one.user} may not ${one.method} ${one.path} in ${one.product}`,
      user: one.user,
      groups: ['contractors'],
      address: one.address,
      product: one.product,
      request: `${one.method} ${one.path}`,
      outcome: one.outcome,
    },
  };
}

/** Keys and traffic, as a busy gateway would have them; `role=viewer`, `scenario=empty`. */
export function operations(query: URLSearchParams) {
  const none = query.get('scenario') === 'empty';
  const viewer = query.get('role') === 'viewer';
  return {
    key_basis: () => ({ ...basis, may_change: !viewer, role: viewer ? 'viewer' : 'owner' }),
    keys: ({ after, limit }) => {
      const from = after ? Number(after) : 0;
      const keys = none ? [] : Array.from({ length: limit }, (_, n) => key(from + n));
      return { keys, next: none || from > 48_000 ? null : String(from + limit), read_at: at(0) };
    },
    key: ({ id }) => key(Number(id.slice(1))),
    check_key: ({ key: typed }) => ({
      problems: [],
      ends_at: at(-86_400 * 90),
      words: `Until 20 February 2027, this key acts as ${typed.owner || 'its owner'}. It may call whatever they may.`,
      examples: typed.paths.length
        ? [
            { request: 'GET /rest/api/2/issue/ABC-1', inside: true },
            { request: 'DELETE /rest/api/2/issue/ABC-1', inside: false },
          ]
        : [],
      request_inside: null,
      address: { answer: 'not_asked' },
    }),
    check_owner: ({ owner }) => ({
      words: `${owner}: active in every product that was asked; 3 living keys.`,
      known: true,
      keys: 3,
    }),
    create_key: (made) => ({ ...key(2), id: 'k-new', owner: made.owner, name: made.name, kind: made.kind }),
    rotate_keys: ({ ids }) => ({ made: ids.map((id) => key(Number(id.slice(1)))), failed: [] }),
    revoke_keys: ({ ids }) => ({ revoked: ids }),
    leaked_keys: () => ({ keys: [key(4)], revoked: ['k4'], unknown: 1 }),
    show_new_key: () => ({ secret: 'gw_7Qm2Zx9LrT4vB1cKp8NsW0yHdJ6fAe0QbJUZ' }),
    copy_new_keys: () => ({ leaves_after_seconds: 60 }),
    forget_new_keys: () => ({}),
    decisions: ({ before, limit }) => {
      const from = before ? 100_001 - before : 0;
      const rows = none ? [] : Array.from({ length: limit }, (_, n) => decision(from + n));
      return { rows, next: rows.at(-1)?.sequence ?? null, read_at: at(0) };
    },
    traffic_figures: ({ minutes }) => figures(minutes),
    explain_decision: ({ decision: one }) => explained(one),
    explain_request: () => explained(decision(0)),
  } satisfies Handlers;
}
