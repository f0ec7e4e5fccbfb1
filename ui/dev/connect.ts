import type { AppEvent, AppState, LookedUp, SignIn, Transform, WireError } from '../src/ipc/bindings';
import { CallError, type CommandName, type Ipc, type ReplyOf, type RequestOf } from '../src/ipc/ipc';
import * as data from './data';
import { frame } from './frame';
import { operations } from './operations';

type Handlers = { [Name in CommandName]: (request: RequestOf<Name>) => ReplyOf<Name> | Promise<ReplyOf<Name>> };

/**
 * A stand-in for the program, for looking at screens without it: `?scenario=first|unpaired|production|no-keychain|locked|errors|empty|slow`.
 * Only `vite --mode mock` puts it in the place of src/ipc/connect.ts.
 */
export function connect(): Ipc {
  const query = new URLSearchParams(location.search);
  const scenario = query.get('scenario') ?? 'full';
  const wait = Number(query.get('wait') ?? (scenario === 'slow' ? 4000 : 60));
  Object.freeze(Object.prototype);
  Object.freeze(Array.prototype);

  const listeners = new Set<(event: AppEvent) => void>();
  const emit = (event: AppEvent) => listeners.forEach((heard) => heard(event));
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const fail = (code: WireError['code'], message: string, hint = '', field: string | null = null): never => {
    throw new CallError({ code, message, hint, field });
  };

  let state: AppState = data.appState();
  let products = [...data.products];
  let providers = [...data.providers];
  let tokens = [...data.tokens];
  let difference = data.difference;
  let signIn: SignIn | null = null;
  let cancelled = false;

  if (scenario === 'first' || scenario === 'empty') {
    const todo = (text: string) => ({ mark: 'todo' as const, text });
    state = {
      ...state,
      environment: { id: 'sandbox', name: 'Sandbox', kind: 'sandbox' },
      environments: [{ id: 'sandbox', name: 'Sandbox', kind: 'sandbox' }],
      gateway: null,
      products: 0,
      tokens: 0,
      first_start: true,
      steps: {
        products: todo('None yet'),
        provider: todo('Not chosen yet'),
        token: todo('Needs a provider'),
        username: todo('Needs a token'),
        test: todo('Needs a token'),
        publish: todo('Needs a gateway'),
      },
    };
    products = [];
    providers = [];
    tokens = [];
  }
  if (scenario === 'unpaired')
    state = { ...state, gateway: null, environment: { id: 'sandbox', name: 'Sandbox', kind: 'sandbox' } };
  if (scenario === 'production')
    state = { ...state, environment: { id: 'production', name: 'Production', kind: 'production' } };
  if (scenario === 'no-keychain')
    state = { ...state, vault: { state: 'no_keychain', detail: 'the session bus has no org.freedesktop.secrets' } };
  if (scenario === 'locked') state = { ...state, vault: { state: 'locked' } };
  if (scenario === 'merge') difference = { ...difference, runs_version: 18, merge: data.merge };
  if (scenario === 'problems') {
    difference = {
      ...difference,
      problems: [
        {
          path: 'products[1].directory',
          line: 24,
          message: 'oauth1 requires a directory',
          hint: 'Give the account that looks up users in Confluence',
        },
        {
          path: 'access.addresses_allowed[0]',
          line: 41,
          message: 'an IPv4 prefix ends at /32',
          hint: 'Write 10.0.0.0/8',
        },
      ],
    };
  }

  const tls = () =>
    fail(
      'tls',
      'The certificate of github.example.com is not trusted: its issuer is unknown to this computer',
      'Install the CA of your company in the system, then try again. Nothing was sent',
    );
  const bad = scenario === 'errors';

  const handlers: Handlers = {
    ...frame({
      state: () => state,
      become: (to) => (state = to),
    }),
    app_state: () => state,
    set_theme: ({ theme }) => (state = { ...state, theme }),
    open_vault: ({ passphrase }) => {
      if (scenario === 'locked' && passphrase !== 'open sesame please')
        fail('wrong_passphrase', 'not this passphrase', 'Check the keyboard layout');
      return (state = { ...state, vault: { state: 'passphrase' } });
    },
    retry_keychain: () => state,
    open_page: () => ({}),
    copy_text: () => ({}),
    products: () => ({ products }),
    detect_product: ({ url }) => {
      if (bad || !url.startsWith('http'))
        fail('invalid_input', 'an address starts with https:// and a host', 'Write https://jira.example.com', 'url');
      return {
        kind: 'jira',
        version: '9.12.8',
        title: 'tracker.example.com',
        base_url: 'https://legacy.staging.internal:8443/jira',
        context_path: '/jira',
        impersonation: true,
        clock_ahead_seconds: 0,
        tls: true,
        milliseconds: 612,
        suggested_id: 'jira-legacy',
        suggested_public_url: 'https://jira-legacy.staging.example.com',
        legs: [
          data.leg(
            'As typed',
            'GET',
            'https://legacy.staging.internal:8443/rest/applinks/1.0/manifest',
            404,
            undefined,
            'text/html',
          ),
          data.leg('Below /jira', 'GET', 'https://legacy.staging.internal:8443/jira/rest/applinks/1.0/manifest', 200),
          data.leg('Version', 'GET', 'https://legacy.staging.internal:8443/jira/rest/api/2/serverInfo', 200),
        ],
      };
    },
    save_product: (request) => {
      if (bad)
        fail(
          'invalid_input',
          'a public URL is a whole address or a path',
          'Write https://jira.example.com or /jira',
          'public_url',
        );
      const before = products.find(({ id }) => id === request.id);
      const saved = {
        id: request.id,
        kind: request.kind,
        version: request.version,
        title: request.title,
        base_url: request.base_url,
        public_url: request.public_url,
        directory_user: request.directory_user,
        directory_password_kept: request.directory_password !== null || (before?.directory_password_kept ?? false),
        act_as: request.act_as,
        key_pair: before?.key_pair ?? null,
        service_token_kept: request.service_token !== null || (before?.service_token_kept ?? false),
        readiness: { state: 'not_tried' as const },
      };
      products = before ? products.map((p) => (p.id === saved.id ? saved : p)) : [...products, saved];
      return saved;
    },
    remove_product: ({ id }) => ({ products: (products = products.filter((p) => p.id !== id)) }),
    check_directory: () =>
      bad
        ? fail('credential_refused', 'Jira refused the account', 'Enter its password again')
        : { good: true, message: 'Reads users and groups: fred is in 3 groups', hint: '' },
    make_key_pair: () => data.keyPair,
    import_key_pair: () => data.keyPair,
    try_user: ({ user }) => ({
      good: true,
      message:
        'The trap is closed: Jira lets an unknown name in as nobody, the gateway refuses it before Jira is asked',
      hint: '',
      rows: [
        {
          sent_as: user,
          note: 'a real user',
          outcome: 'as_user',
          text: `Answers as ${user}`,
          detail: `200, X-AUSERNAME: ${user}`,
        },
        {
          sent_as: 'nobody-7f3a',
          note: 'does not exist',
          outcome: 'as_nobody',
          text: 'Answers as nobody',
          detail: '200, X-AUSERNAME: anonymous',
        },
      ],
    }),
    catalogue: () => data.catalogue,
    providers: () => ({ providers }),
    check_provider: ({ inputs }) =>
      bad
        ? tls()
        : {
            good: true,
            message: 'Answers in 84 ms: version 3.14.2, certificate trusted',
            hint: '',
            endpoints: data.providers[0]?.endpoints ?? {
              issuer: null,
              authorization: null,
              token: null,
              userinfo: null,
              jwks: null,
              introspection: null,
              revocation: null,
              device_authorization: null,
              par: null,
            },
            better_preset: inputs.base_url?.includes('github.com') ? 'github' : null,
            milliseconds: 84,
            legs: [],
          },
    save_provider: (request) => {
      if (bad) fail('keychain', 'The keychain did not take the secret', 'Unlock it and save again');
      const before = providers.find(({ id }) => id === request.id);
      const saved = {
        id: request.id ?? request.preset,
        preset: request.preset,
        name: request.name || (data.catalogue.providers.find(({ id }) => id === request.preset)?.name ?? ''),
        inputs: Object.fromEntries(Object.entries(request.inputs).map(([key, value]) => [key, value ?? ''])),
        client_id: request.client_id,
        client_secret_kept: request.client_secret !== null || (before?.client_secret_kept ?? false),
        scopes: request.scopes,
        client_auth: request.client_auth,
        redirect: request.redirect,
        redirect_to_register: `http://${request.redirect.host}${request.redirect.port ? `:${request.redirect.port}` : ''}${request.redirect.path}`,
        redirect_note: 'Register it exactly like this.',
        endpoints: data.providers[0]?.endpoints ?? {
          issuer: null,
          authorization: null,
          token: null,
          userinfo: null,
          jwks: null,
          introspection: null,
          revocation: null,
          device_authorization: null,
          par: null,
        },
        settings: request.settings,
        client_key: before?.client_key ?? null,
        proxy_password_kept: request.proxy_password !== null || (before?.proxy_password_kept ?? false),
        missing: request.client_id ? [] : ['Client ID'],
        username: before?.username ?? null,
      };
      providers = before ? providers.map((p) => (p.id === saved.id ? saved : p)) : [...providers, saved];
      return saved;
    },
    remove_provider: ({ id }) => ({ providers: (providers = providers.filter((p) => p.id !== id)) }),
    tokens: () => ({ tokens }),
    start_sign_in: () => {
      if (bad)
        fail(
          'port_taken',
          'Port 8400 of 127.0.0.1 is taken by another program, so the browser would have nowhere to come back to. Nothing was sent',
          'Use any free port, or end the other program',
        );
      signIn = data.signIn();
      const begun = signIn;
      if (query.has('refused')) {
        setTimeout(
          () =>
            emit({
              event: 'sign_in',
              sign_in: {
                ...begun,
                phase: {
                  phase: 'failed',
                  error: {
                    code: 'provider_refused',
                    message: 'GitHub Enterprise refused the sign-in: redirect_uri_mismatch',
                    hint: 'Register http://127.0.0.1/callback there, exactly',
                    field: null,
                  },
                  provider_words: 'The redirect_uri MUST match the registered callback URL for this application.',
                },
              },
            }),
          800,
        );
      } else if (query.has('finish')) {
        setTimeout(() => emit({ event: 'sign_in', sign_in: { ...begun, phase: { phase: 'exchanging' } } }), 1500);
        setTimeout(
          () =>
            emit({
              event: 'sign_in',
              sign_in: { ...begun, phase: { phase: 'done', token: { ...data.fred, id: 't-new', name: 'fred (2)' } } },
            }),
          2500,
        );
      }
      return begun;
    },
    start_device_sign_in: () => {
      signIn = {
        ...data.signIn(),
        redirect_uri: '',
        device: {
          user_code: 'WDJB-MJHT',
          verification_uri: 'https://sso.example.com/realms/staff/device',
          complete_uri: 'https://sso.example.com/realms/staff/device?user_code=WDJB-MJHT',
        },
      };
      return signIn;
    },
    refresh_by_itself: ({ id, on }) => ({ ...(tokens.find((t) => t.id === id) ?? data.fred), refresh_by_itself: on }),
    sign_out: ({ id }) => ({ tokens: (tokens = tokens.filter((t) => t.id !== id)), message: 'It is void.' }),
    make_client_key: ({ id }) => {
      const keyed = providers.find((p) => p.id === id);
      return keyed
        ? {
            ...keyed,
            client_key: '{"kty":"RSA","kid":"7f3a","n":"u1SU1L…","e":"AQAB"}',
            client_auth: 'private-key-jwt',
            missing: [],
          }
        : fail('not_found', 'There is no such provider', 'Look at the list again');
    },
    import_connections: () => ({
      connections: [
        {
          place: 'Staging / Get a token',
          name: '',
          preset: 'custom-oauth2',
          preset_name: 'Custom OAuth 2.0',
          grant: 'authorization_code',
          facts: [
            { name: 'Authorization endpoint', value: 'https://id.example.com/oauth/authorize' },
            { name: 'Token endpoint', value: 'https://id.example.com/oauth/token' },
            { name: 'Client ID', value: 'jira-gateway' },
          ],
          secrets: ['client secret'],
          notes: ['The variable redirect has no value in the file; enter the redirect URI yourself.'],
          usable: true,
        },
      ],
      taken: null,
    }),
    export_connection: () => ({ text: '{ "format": "gatewright-connection/1" }' }),
    cancel_sign_in: () => ({}),
    reopen_browser: () => signIn ?? data.signIn(),
    paste_callback: () =>
      fail(
        'foreign_callback',
        'this address is not an answer to this sign-in: its state is another one',
        'Copy the address of the page where this sign-in ended',
        'url',
      ),
    fetch_client_credentials: () => ({ ...data.fred, id: 't-client', name: 'client', origin: 'client_credentials' }),
    paste_token: ({ name, user }) => {
      const token = {
        ...data.fred,
        id: `t-${name}`,
        name: name || 'pasted',
        origin: 'pasted' as const,
        user,
        provider_id: null,
        provider_name: null,
      };
      tokens = [token, ...tokens];
      return token;
    },
    refresh_token: ({ id }) => tokens.find((t) => t.id === id) ?? data.fred,
    rename_token: ({ id, name }) => ({ ...(tokens.find((t) => t.id === id) ?? data.fred), name }),
    remove_token: ({ id }) => ({ tokens: (tokens = tokens.filter((t) => t.id !== id)) }),
    copy_token: () => ({ leaves_after_seconds: 60 }),
    show_token: () => ({ secret: 'ghu_16C7e42F292c6912E7710c838347Ae178B4a9Kd3' }),
    userinfo: ({ id }) => {
      if (bad)
        fail(
          'unexpected_answer',
          'The userinfo endpoint answered HTML, not JSON: “Sign in to your account”',
          'The address is probably the one of a page. Check the userinfo URL',
        );
      if (query.has('huge')) {
        const people = Object.fromEntries(
          Array.from({ length: 60_000 }, (_, n) => [
            `person ${n}`,
            { login: `user${n}`, email: `user${n}@example.com` },
          ]),
        );
        return { ...data.userinfo, token_id: id, userinfo: { login: 'Fred', people } };
      }
      return {
        ...data.userinfo,
        token_id: id,
        ...(scenario === 'empty-userinfo' ? { userinfo: {}, candidates: [] } : {}),
      };
    },
    look_up_user: async ({ product_id, value, transform, match_by }) => {
      await pause(120 + Math.random() * 300);
      return lookedUp(product_id, transformed(value, transform), match_by);
    },
    save_username_rule: ({ provider_id, rule }) => {
      const provider = providers.find(({ id }) => id === provider_id) ?? fail('not_found', 'no such provider');
      const saved = { ...provider, username: rule };
      providers = providers.map((p) => (p.id === saved.id ? saved : p));
      return saved;
    },
    start_test: (request) => {
      if (bad)
        fail(
          'plain_http',
          'The token would travel unencrypted to git.staging.internal',
          'Use https, or send it all the same',
        );
      const run = `r-${Date.now()}`;
      cancelled = false;
      const places = request.tokens.flatMap((token_id) =>
        request.endpoints.flatMap((endpoint) =>
          request.products.flatMap((product_id) =>
            request.ways.map((way) => ({ token_id, product_id, way, endpoint })),
          ),
        ),
      );
      void (async () => {
        for (const [index, place] of places.entries()) {
          await pause(index === places.length - 1 && query.has('hang') ? 60_000 : 40);
          if (cancelled) break;
          emit({
            event: 'test_cell',
            run,
            cell: { ...place, result: data.testResult(place.token_id, place.product_id, place.way) },
          });
        }
        emit({ event: 'test_finished', run, cancelled });
      })();
      return { run, cells: places.length };
    },
    cancel_test: () => {
      cancelled = true;
      return {};
    },
    test_endpoints: () => data.testEndpoints,
    save_endpoint: (endpoint) => ({ ...data.testEndpoints, own: [{ ...endpoint, id: endpoint.id ?? 'e1' }] }),
    product_apis: ({ id }) => ({ product_id: id, absent: [] }),
    inspect_token: ({ token_id: id, way }) => data.looks(id === null || way === 'direct'),
    create_and_delete: () => data.roundTrip,
    remove_endpoint: () => ({ ...data.testEndpoints, own: [] }),
    checks: () => ({ checks: scenario === 'empty' ? [] : data.checks }),
    save_check: () => ({ checks: data.checks }),
    remove_check: () => ({ checks: [] }),
    run_checks: () => ({ checks: data.checks }),
    history: ({ after, limit, filter }) => {
      if (bad) fail('workspace', 'the database was written by a newer program', 'Start the newer one');
      if (scenario === 'empty' || filter.search === 'nothing') return data.historyPage(0, 0, 0);
      return data.historyPage(after ? Number(after) : 0, limit, 100_482);
    },
    history_entry: ({ id }) => data.historyEntry(id),
    export_history: ({ format }) => ({ path: `/home/admin/Downloads/gatewright-history.${format}`, rows: 100_482 }),
    history_limits: () => ({ rows: 100_000, days: 180 }),
    set_history_limits: (limits) => limits,
    pair_gateway: ({ url }) => {
      if (bad)
        fail(
          'pairing_refused',
          'the code was refused: it is used up or older than ten minutes',
          'Make a new one on the host of the gateway',
          'code',
        );
      state = { ...state, gateway: { ...data.gateway, url } };
      return state.gateway ?? data.gateway;
    },
    unpair_gateway: () => (state = { ...state, gateway: null }),
    gateway_state: () => state.gateway ?? data.gateway,
    rules: () => data.rules,
    refresh_rules: () => data.rules,
    save_rules: () => data.rules.check,
    check_addresses: ({ probe }) => ({
      notes: [
        { index: 1, mistake: false, text: 'Already inside 10.0.0.0/8', meant: null },
        { index: 4, mistake: true, text: 'An IPv4 prefix ends at /32', meant: null },
      ],
      probe: probe ? { answer: 'inside', by: '10.0.0.0/8' } : { answer: 'not_asked' },
    }),
    check_pattern: ({ path }) => ({
      problem: path.startsWith('/') || path.includes(' /') ? '' : 'The path of a pattern begins with a slash.',
      matches: ['GET /rest/api/content', 'GET /rest/api/content/88211', 'GET /rest/api/latest/content/1'],
      others: ['GET /rest/api/space', 'GET /status'],
      request_matches: null,
    }),
    find_groups: ({ search }) => ({
      groups: [
        { name: 'auditors', products: ['Jira', 'Confluence'], members: 6 },
        { name: 'bitbucket-users', products: ['Jira'], members: 612 },
        { name: 'contractors', products: ['Jira', 'Confluence'], members: 48 },
        { name: 'jira-users', products: ['Jira'], members: 1204 },
      ].filter(({ name }) => name.includes(search)),
      more: false,
      unasked: [],
    }),
    group_members: ({ group }) => ({
      group,
      exists: group !== 'auditorz',
      members:
        group === 'auditorz'
          ? []
          : Array.from({ length: 48 }, (_, n) => ({ name: `${group}-${n + 1}`, display_name: `Person ${n + 1}` })),
      count: group === 'auditorz' ? 0 : group === 'contractors' ? 48 : 1204,
      more: group !== 'contractors',
      unasked: [],
    }),
    try_rules: () => ({
      outcome: 'read_only',
      steps: ['The address is allowed.', 'Contractors is a read-only group.'],
    }),
    keep_expectation: () => data.rules.check,
    ...operations(query),
    resolve_merge: () => ({ ...difference, merge: null }),
    versions: () => ({
      versions: [17, 16, 15, 14, 13].map((version) => ({
        version,
        at: `2026-11-${version}T16:20:00Z`,
        by: version % 2 ? 'Anna Winter' : 'Lena Vogt',
        comment: version % 2 ? 'The chat bot may write (CHG-2274)' : 'VPN range for the move of the data centre',
      })),
      next: null,
      runs: 17,
    }),
    compare_versions: () => ({ from: difference.runs, to: difference.here, changes: difference.changes }),
    restore_version: () => ({ version: 18 }),
    export_document: ({ file }) => ({ file }),
    import_document: ({ take }) => ({ changes: difference.changes, kept: ['jira'], added: [], taken: take }),
    simulate: () => ({
      requests: 184_220,
      refused: [
        {
          user: 'mallory',
          client: 'curl',
          product: 'jira',
          reason: 'read_only',
          detail: 'Contractors is a read-only group.',
          setting: 'access.groups_read_only',
          requests: 41,
          examples: ['POST /rest/api/2/issue from 10.1.2.3'],
        },
        {
          user: 'svc-legacy',
          client: 'Java',
          product: 'jira',
          reason: 'address_not_allowed',
          detail: 'The address is not allowed.',
          setting: 'access.addresses_allowed',
          requests: 1204,
          examples: ['GET /rest/api/2/search from 172.16.8.14'],
        },
      ],
      allowed: [],
      not_judged: [],
      refused_otherwise: 0,
      more: 0,
      since: '2026-11-15T00:00:00Z',
      complete: true,
    }),
    difference: () =>
      bad
        ? fail(
            'connect',
            'The gateway does not answer: the connection to 10.20.0.14:8401 was refused',
            'Start it, or check the address',
          )
        : difference,
    publish: ({ expect_version }) => {
      if (scenario === 'conflict' && expect_version === 17) {
        difference = { ...difference, runs_version: 18, runs_published: 'Lena Vogt, 13:58' };
        fail('stale', 'Lena Vogt published v18 at 13:58', 'Read what runs now, then publish again');
      }
      difference = { ...difference, runs_version: expect_version + 1, runs: difference.here, changes: [] };
      return { version: expect_version + 1 };
    },
  };

  return {
    async call(name, request) {
      await pause(name === 'app_state' ? 0 : wait);
      return (handlers[name] as (request: unknown) => ReplyOf<typeof name> | Promise<ReplyOf<typeof name>>)(request);
    },
    async listen(heard) {
      listeners.add(heard);
      return () => listeners.delete(heard);
    },
  };
}

function transformed(value: string, steps: readonly Transform[]): string {
  return steps.reduce(
    (text, step) =>
      ({
        trim: text.trim(),
        lowercase: text.toLowerCase(),
        uppercase: text.toUpperCase(),
        before_at: text.split('@')[0] ?? '',
      })[step],
    value,
  );
}

function lookedUp(product: string, username: string, matchBy: string): LookedUp {
  const none = (detail = ''): LookedUp => ({
    outcome: 'not_found',
    text: 'no such user',
    detail,
    username,
    groups: null,
  });
  if (product === 'bitbucket' && /jdoe/i.test(username)) return none();
  if (matchBy === 'email') {
    return product === 'confluence'
      ? none('E-mail is hidden there')
      : { outcome: 'found', text: 'found as fred', detail: 'By e-mail', username, groups: ['staff'] };
  }
  if (username.toLowerCase() === 'fred')
    return {
      outcome: 'found',
      text: 'found as fred',
      detail: 'Fred Flintstone',
      username,
      groups: ['staff', 'developers', 'jira-users'],
    };
  if (username.toLowerCase() === 'jdoe')
    return { outcome: 'found', text: 'found as jdoe', detail: 'Jane Doe', username, groups: ['staff'] };
  if (username.toLowerCase() === 'mallory')
    return { outcome: 'inactive', text: 'inactive', detail: 'Mallory Pike', username, groups: null };
  if (username === 'fred flintstone' && product === 'jira')
    return { outcome: 'ambiguous', text: '2 people match', detail: 'fred, fflintstone', username, groups: null };
  return none();
}
