import { appState, refuse, TestIpc } from '@/shared/testing/ipc';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { VaultState } from './vault.svelte';

function begun(state: 'no_keychain' | 'locked') {
  const ipc = new TestIpc({
    products: () => ({ products: [] }),
    providers: () => ({ providers: [] }),
    tokens: () => ({ tokens: [] }),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ vault: state === 'locked' ? { state } : { state, detail: 'no bus' } });
  return { ipc, workspace, vault: new VaultState(ipc, workspace) };
}

it('makes a vault only with a long passphrase that was typed twice and understood', async () => {
  const { ipc, vault } = begun('no_keychain');
  ipc.on({ open_vault: () => appState({ vault: { state: 'passphrase' } }) });
  expect(vault.asks).toBe('create');
  vault.passphrase = 'too short';
  vault.again = 'too short';
  vault.understood = true;
  expect(vault.canOpen).toBe(false);
  vault.passphrase = 'correct horse battery';
  expect(vault.canOpen).toBe(false);
  vault.again = 'correct horse battery';
  expect(vault.canOpen).toBe(true);
  await vault.open();
  expect([vault.asks, vault.passphrase, vault.again]).toEqual([null, '', '']);
});

it('asks again after a wrong passphrase, with an empty field', async () => {
  const { ipc, vault } = begun('locked');
  ipc.on({ open_vault: () => refuse({ code: 'wrong_passphrase', message: 'not this one' }) });
  vault.passphrase = 'wrong';
  await vault.open();
  expect([vault.asks, vault.passphrase, vault.opening.error?.code]).toEqual(['unlock', '', 'wrong_passphrase']);
});

it('lets one go on without it', () => {
  const { vault } = begun('locked');
  vault.passphrase = 'half typed';
  vault.skip();
  expect([vault.asks, vault.passphrase]).toEqual([null, '']);
});
