import { refuse, TestIpc } from '@/shared/testing/ipc';
import { entry, provider } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { ProviderDraft, ProviderState } from './provider.svelte';

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

async function begun(...kept: ReturnType<typeof provider>[]) {
  const ipc = new TestIpc({
    catalogue: () => ({ providers: [entry(), entry({ id: 'github', name: 'GitHub', inputs: [] })], refused: [] }),
  });
  const workspace = new Workspace(ipc);
  workspace.providers = kept;
  const state = new ProviderState(ipc, workspace);
  await state.read();
  return { ipc, workspace, state };
}

function draftOf(state: ProviderState) {
  state.ensureDraft();
  if (!state.draft) throw new Error('no draft');
  return state.draft;
}

it('begins with what the catalogue says and saves it as new', async () => {
  const { ipc, state, workspace } = await begun();
  state.choose({ preset: 'ghes' });
  const draft = draftOf(state);
  expect([draft.scopes, draft.clientAuth]).toEqual([['read:user'], 'body']);
  expect(state.canCheck).toBe(false);
  draft.inputs.base_url = ' https://github.example.com ';
  draft.clientId = 'abc';
  draft.clientSecret = 's3cret';
  draft.scopeTyped = 'user:email, read:user';
  ipc.on({ save_provider: () => provider({ scopes: ['read:user', 'user:email'] }) });
  expect(await state.save()).toBe(true);
  expect(ipc.last('save_provider')).toMatchObject({
    id: null,
    preset: 'ghes',
    inputs: { base_url: 'https://github.example.com' },
    client_secret: 's3cret',
    scopes: ['read:user', 'user:email'],
    redirect: { host: '127.0.0.1', port: null, path: '/callback' },
  });
  expect(workspace.providers.length).toBe(1);
  expect(state.chosen).toEqual({ kept: 'ghes' });
  expect(state.draft?.clientSecret).toBe('');
  expect(state.dirty).toBe(false);
});

it('keeps everything that was typed when saving fails, and across the list', async () => {
  const { ipc, state } = await begun(provider());
  const draft = draftOf(state);
  draft.clientSecret = 'new one';
  ipc.on({ save_provider: () => refuse({ code: 'keychain', message: 'locked' }) });
  expect(await state.save()).toBe(false);
  state.choose({ preset: 'github' });
  state.ensureDraft();
  state.choose({ kept: 'ghes' });
  expect(state.draft?.clientSecret).toBe('new one');
  expect(state.dirty).toBe(true);
});

it('leaves a sealed secret alone when none was typed', async () => {
  const { ipc, state } = await begun(provider());
  draftOf(state).clientId = 'other';
  ipc.on({ save_provider: () => provider({ client_id: 'other' }) });
  await state.save();
  expect(ipc.last('save_provider')?.client_secret).toBeNull();
});

it('checks an address once as it was left, and again when it is asked to', async () => {
  const { ipc, state } = await begun();
  state.choose({ preset: 'ghes' });
  draftOf(state).inputs.base_url = 'https://github.com';
  ipc.on({
    check_provider: () => ({
      good: true,
      message: 'Answers',
      hint: '',
      endpoints: NO_ENDPOINTS,
      better_preset: 'github',
      milliseconds: 9,
      legs: [],
    }),
  });
  await state.checkWhenNew();
  await state.checkWhenNew();
  expect(ipc.asked.filter(({ name }) => name === 'check_provider').length).toBe(1);
  await state.runCheck();
  expect(ipc.asked.filter(({ name }) => name === 'check_provider').length).toBe(2);
  if (state.draft) state.draft.clientId = 'abc';
  state.useBetter();
  expect(state.chosen).toEqual({ preset: 'github' });
  expect(state.draft?.clientId).toBe('abc');
});

it('finds by name and by group', async () => {
  const { state } = await begun();
  state.query = 'enterprise';
  expect(state.groups.flatMap(({ entries }) => entries.map(({ id }) => id))).toEqual(['ghes']);
  state.query = 'self-hosted';
  expect(state.groups.length).toBe(1);
});

it('takes only what can be a port', async () => {
  const { state } = await begun(provider());
  const draft = draftOf(state);
  for (const [typed, wrong] of [
    ['', false],
    ['8400', false],
    ['0', true],
    ['65536', true],
    ['80a', true],
    ['1.5', true],
  ] as const) {
    draft.redirectPort = typed;
    expect(draft.portIsWrong).toBe(wrong);
  }
});

it('shows the exact redirect URI before anything is saved, with its port only where that is registered', async () => {
  const { state } = await begun();
  state.choose({ preset: 'ghes' });
  const draft = draftOf(state);
  draft.redirectPort = '8400';
  expect(draft.redirectUri(entry())).toBe('http://127.0.0.1/callback');
  const strict = entry({
    redirect: { host: 'localhost', path: '/back', port_is_registered: true, proposed_port: 47653 },
  });
  expect(ProviderDraft.fresh(strict).redirectUri(strict)).toBe('http://localhost:47653/back');
});

it('sends what was chosen for network and requests, and is clean once it was saved', async () => {
  const { ipc, state } = await begun(provider());
  const draft = draftOf(state);
  expect(state.dirty).toBe(false);
  draft.proxyKind = 'set';
  draft.proxyUrl = 'http://proxy.example.com:3128';
  draft.proxyUser = 'fred';
  draft.proxyPassword = 'pw';
  draft.proxyBypass = 'example.internal, 10.0.0.0/8';
  draft.authorizationParams = [
    { name: 'audience', value: 'jira' },
    { name: ' ', value: '' },
  ];
  draft.verification = 'introspection';
  ipc.on({
    save_provider: ({ settings }) => provider({ settings, proxy_password_kept: true }),
  });
  expect(await state.save()).toBe(true);
  expect(ipc.last('save_provider')).toMatchObject({
    proxy_password: 'pw',
    settings: {
      proxy: { kind: 'set', user: 'fred', bypass: ['example.internal', '10.0.0.0/8'] },
      authorization_params: [{ name: 'audience', value: 'jira' }],
      verification: 'introspection',
    },
  });
  expect([state.dirty, state.draft?.proxyPassword]).toEqual([false, '']);
});

it('keeps an imported connection and forgets its text', async () => {
  const { ipc, state, workspace } = await begun();
  const found = {
    place: 'Staging',
    name: '',
    preset: 'custom-oauth2',
    preset_name: 'Custom OAuth 2.0',
    grant: null,
    facts: [],
    secrets: ['client secret'],
    notes: ['A note.'],
    usable: true,
  };
  ipc.on({
    import_connections: ({ take }) => ({
      connections: [found],
      taken: take === null ? null : provider({ id: 'imported' }),
    }),
  });
  state.openImport();
  state.importText = 'curl -u id:canary https://id.example.com/token';
  expect(await state.import(null)).toBe(false);
  expect(state.imported?.connections.length).toBe(1);
  expect(await state.import(0)).toBe(true);
  expect([state.importText, state.provider?.id, workspace.providers.length]).toEqual(['', 'imported', 1]);
});
