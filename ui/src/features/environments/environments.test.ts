import { appState, refuse, TestIpc } from '@/shared/testing/ipc';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import type { AppState } from '@/ipc/bindings';
import { EnvironmentsState } from './environments.svelte';

const staging = { id: 'first', name: 'Staging', kind: 'staging' } as const;
const production = { id: 'p', name: 'Production', kind: 'production' } as const;

function begun() {
  const ipc = new TestIpc({
    switch_environment: ({ id }) => appState({ environment: id === 'p' ? production : staging }),
    promote: ({ take }) => ({
      changes: [],
      products_kept: ['jira'],
      products_missing: ['bitbucket'],
      providers: [],
      secrets: ['Client secret of GitHub'],
      taken: take,
    }),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ environments: [staging, production] });
  const arrived: AppState[] = [];
  return { ipc, workspace, arrived, environments: new EnvironmentsState(ipc, workspace, (to) => arrived.push(to)) };
}

it('goes to another environment and not to the one that is shown', async () => {
  const { ipc, arrived, environments } = begun();
  await environments.go('first');
  expect(ipc.asked).toEqual([]);
  await environments.go('p');
  expect(arrived.map(({ environment }) => environment.name)).toEqual(['Production']);
});

it('removes only what was typed', async () => {
  const { ipc, environments, arrived } = begun();
  ipc.on({ remove_environment: () => appState({ environment: production, environments: [production] }) });
  environments.ask('remove');
  environments.typed = 'Production';
  await environments.remove();
  expect(ipc.asked).toEqual([]);
  environments.typed = ' staging ';
  await environments.remove();
  expect([environments.asked, arrived.length]).toEqual([null, 1]);
});

it('shows what a promotion changes before anything is taken, and copies secrets only when asked', async () => {
  const { ipc, environments, arrived } = begun();
  environments.ask('promote');
  await expect.poll(() => environments.promotion?.products_missing).toEqual(['bitbucket']);
  expect(ipc.last('promote')).toEqual({ from: 'p', into: 'first', take: false, with_secrets: false });
  await environments.promote();
  expect(ipc.last('promote')).toMatchObject({ take: true, with_secrets: false });
  expect(arrived.length).toBe(1);
});

it('suggests the kind that is missing and says beside the name why it is refused', async () => {
  const { ipc, environments } = begun();
  environments.ask('create');
  expect(environments.kind).toBe('sandbox');
  ipc.on({ create_environment: () => refuse({ message: 'there is one already', field: 'name' }) });
  environments.name = 'Staging';
  await environments.save();
  expect(environments.saving.at('name')).toContain('There is one already.');
  expect(environments.asked).toBe('create');
});
