import type { Difference, Merge, Simulated } from '@/ipc/bindings';
import { appState, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it, vi } from 'vitest';
import { placeOf, PublishState } from './publish.svelte';

function difference(more: Partial<Difference> = {}): Difference {
  return {
    runs_version: 3,
    runs_published: '',
    runs: 'a = 1\n',
    here: 'a = 2\n',
    changes: [{ path: 'a', title: 'A', detail: '1 becomes 2', effect: 'narrower', example: '', line: 1 }],
    problems: [],
    secrets: [],
    foreign_parts: false,
    expectations: [],
    merge: null,
    ...more,
  };
}

function simulated(more: Partial<Simulated> = {}): Simulated {
  return {
    requests: 10,
    refused: [],
    allowed: [],
    not_judged: [],
    refused_otherwise: 0,
    more: 0,
    since: '2026-11-20T00:00:00Z',
    complete: true,
    ...more,
  };
}

const MERGE: Merge = {
  base_version: 3,
  their_version: 4,
  their_published: 'lena, 17 Nov 2026',
  their_comment: '',
  open: true,
  places: [
    { path: 'settings.keys.max_lifetime', title: 'Life', theirs: [], yours: [], clash: true, list: false },
    { path: 'access.addresses_allowed', title: 'Addresses', theirs: [], yours: [], clash: true, list: true },
    { path: 'audit.keep', title: 'Audit', theirs: [], yours: [], clash: false, list: false },
  ],
};

function begun(paired = true) {
  const ipc = new TestIpc({
    gateway_state: () => gateway(),
    difference: () => difference(),
    simulate: () => simulated(),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ gateway: paired ? gateway() : null });
  return { ipc, workspace, publish: new PublishState(ipc, workspace) };
}

it('pairs, forgets the code and reads the difference', async () => {
  const { ipc, publish, workspace } = begun(false);
  ipc.on({ pair_gateway: () => gateway({ role: 'editor' }) });
  publish.pairUrl = 'https://gateway.example.com:8401 ';
  publish.pairCode = 'K7QM-2ZX9';
  await publish.pair();
  expect(ipc.last('pair_gateway')).toEqual({
    url: 'https://gateway.example.com:8401',
    code: 'K7QM-2ZX9',
    data_url: '',
  });
  expect([publish.pairCode, workspace.state?.gateway?.role, publish.nextVersion]).toEqual(['', 'owner', 4]);
});

it('keeps address and code when pairing was refused', async () => {
  const { ipc, publish } = begun(false);
  ipc.on({ pair_gateway: () => refuse({ code: 'pairing_refused', message: 'used up', field: 'code' }) });
  publish.pairUrl = 'https://x';
  publish.pairCode = 'K7QM';
  await publish.pair();
  expect([publish.pairUrl, publish.pairCode]).toEqual(['https://x', 'K7QM']);
  expect(publish.pairing.at('code')).toBe('Used up.');
});

it('publishes against the version that was looked at', async () => {
  const { ipc, publish } = begun();
  await publish.read();
  ipc.on({
    publish: ({ expect_version }) => ({ version: expect_version + 1 }),
    difference: () => difference({ runs_version: 4, runs: 'a = 2\n', changes: [] }),
  });
  publish.comment = ' shorter keys ';
  await publish.publish();
  expect(ipc.last('publish')).toEqual({ expect_version: 3, comment: 'shorter keys' });
  expect([publish.done, publish.comment, publish.changed]).toEqual([4, '', false]);
  expect(publish.standing.text).toBe('v4 runs in Staging.');
});

it('overwrites nothing when somebody was faster, and goes on after it was read', async () => {
  const { ipc, publish } = begun();
  await publish.read();
  ipc.on({ publish: () => refuse({ code: 'stale', message: 'v4 was published' }) });
  publish.comment = 'mine';
  await publish.publish();
  expect([publish.conflict, publish.comment, publish.done]).toEqual([3, 'mine', null]);
  ipc.on({ difference: () => difference({ runs_version: 4 }) });
  await publish.reload();
  expect([publish.conflict, publish.comment, publish.nextVersion]).toEqual([null, 'mine', 5]);
});

it('says why it cannot be published', async () => {
  for (const [state, what, why] of [
    [gateway({ from_file: true }), difference(), 'from a file'],
    [gateway({ role: 'viewer' }), difference(), 'viewer'],
    [gateway(), difference({ problems: [{ path: 'a', line: null, message: 'x', hint: '' }] }), '1 problem'],
    [gateway(), difference({ here: 'a = 1\n', changes: [] }), 'Nothing to publish'],
  ] as const) {
    const { ipc, publish } = begun();
    ipc.on({ gateway_state: () => state, difference: () => what });
    await publish.read();
    expect(publish.obstacle).toContain(why);
    await publish.publish();
    expect(ipc.last('publish')).toBeUndefined();
  }
});

it('waits while places that both changed are not chosen, and sends the choices', async () => {
  const { ipc, publish } = begun();
  ipc.on({ difference: () => difference({ runs_version: 4, merge: MERGE }) });
  await publish.read();
  expect(publish.obstacle).toBe('2 places changed by both; choose what becomes of them.');
  await publish.publish();
  expect(ipc.last('publish')).toBeUndefined();
  ipc.on({ resolve_merge: () => difference({ runs_version: 4 }) });
  publish.choices = { 'settings.keys.max_lifetime': 'theirs' };
  await publish.resolve();
  expect(ipc.last('resolve_merge')).toEqual({
    their_version: 4,
    choices: [
      { path: 'settings.keys.max_lifetime', take: 'theirs' },
      { path: 'access.addresses_allowed', take: 'both' },
    ],
  });
  expect([publish.obstacle, publish.choices]).toEqual([null, {}]);
});

it('tries what changed on recorded requests, and publishing does not wait for it', async () => {
  const { ipc, publish } = begun();
  ipc.on({ simulate: () => refuse({ code: 'not_found', message: 'no record' }) });
  await publish.read();
  await vi.waitFor(() => expect(publish.simulating.error?.message).toBe('no record'));
  expect([publish.simulated, publish.obstacle]).toEqual([null, null]);
  ipc.on({ simulate: () => simulated({ requests: 12 }) });
  await publish.simulate();
  expect(publish.simulated?.requests).toBe(12);
});

it('holds two versions against each other and restores one', async () => {
  const { ipc, publish } = begun();
  const entry = (version: number) => ({ version, at: '2026-11-20T00:00:00Z', by: 'lena', comment: '' });
  ipc.on({
    versions: ({ before }) =>
      before === null
        ? { versions: [entry(3), entry(2)], next: 2, runs: 3 }
        : { versions: [entry(1)], next: null, runs: 3 },
    compare_versions: () => ({ from: 'a', to: 'b', changes: [] }),
    restore_version: () => ({ version: 4 }),
  });
  await publish.openVersions();
  expect(ipc.last('compare_versions')).toEqual({ from: 2, to: 3 });
  await publish.moreVersions();
  expect(publish.versions.map(({ version }) => version)).toEqual([3, 2, 1]);
  await publish.toggle(1);
  expect(publish.chosen).toEqual([1, 3]);
  await publish.restore(1);
  expect(ipc.last('restore_version')).toEqual({ version: 1, expect_version: 3 });
});

it('knows where a problem is mended', () => {
  expect(placeOf('products.jira.access.groups_allowed[0]')).toBe('rules');
  expect(placeOf('products.jira.act_as')).toBe('products');
  expect(placeOf('providers.ghes.username')).toBe('username');
  expect(placeOf('providers.ghes.inputs')).toBe('provider');
  expect(placeOf('access.bypass[0].path')).toBe('rules');
});

it('asks for the name of the environment in production only', async () => {
  const { publish, workspace } = begun();
  expect(publish.typed).toBe(false);
  workspace.state = appState({ environment: { id: 'p', name: 'Production', kind: 'production' } });
  expect(publish.typed).toBe(true);
});
