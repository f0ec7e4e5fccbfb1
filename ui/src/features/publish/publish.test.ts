import type { Difference } from '@/ipc/bindings';
import { appState, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { PublishState } from './publish.svelte';

function difference(more: Partial<Difference> = {}): Difference {
  return {
    runs_version: 3,
    runs_published: '',
    runs: 'a = 1\n',
    here: 'a = 2\n',
    changes: [{ title: 'A', detail: '1 becomes 2', effect: 'narrower', line: 1 }],
    problems: [],
    secrets: [],
    foreign_parts: false,
    ...more,
  };
}

function begun(paired = true) {
  const ipc = new TestIpc({ gateway_state: () => gateway(), difference: () => difference() });
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
