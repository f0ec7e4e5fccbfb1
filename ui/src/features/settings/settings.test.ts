import { appState, refuse, TestIpc } from '@/shared/testing/ipc';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { SettingsState } from './settings.svelte';

function begun() {
  const ipc = new TestIpc({
    settings: () => ({
      proxy: { use: 'system' },
      ca_pem: '',
      ca_count: 0,
      clipboard_seconds: 60,
      data_dir: '/data',
      restore_waits: false,
    }),
    set_zoom: ({ percent }) => appState({ zoom: percent }),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState();
  return { ipc, workspace, settings: new SettingsState(ipc, workspace) };
}

it('zooms through its sizes and stops at the ends', async () => {
  const { workspace, settings, ipc } = begun();
  await settings.zoomBy(1);
  expect(workspace.state?.zoom).toBe(110);
  await settings.zoom(200);
  await settings.zoomBy(1);
  expect(ipc.asked.length).toBe(2);
  await settings.zoomBy(-1);
  expect(workspace.state?.zoom).toBe(175);
});

it('saves the network with a bypass list and forgets the typed password', async () => {
  const { ipc, settings } = begun();
  await settings.read();
  expect(settings.networkTouched).toBe(false);
  settings.proxyUse = 'set';
  settings.proxyUrl = 'http://proxy:3128';
  settings.proxyUser = 'ci';
  settings.proxyPassword = 'p';
  settings.bypass = 'internal, 10.0.0.0/8';
  expect(settings.networkTouched).toBe(true);
  ipc.on({
    save_network: ({ proxy, ca_pem }) => ({
      proxy,
      ca_pem,
      ca_count: 0,
      clipboard_seconds: 60,
      data_dir: '/data',
      restore_waits: false,
    }),
  });
  await settings.saveNetwork();
  expect(ipc.last('save_network')).toMatchObject({
    proxy: { use: 'set', bypass: ['internal', '10.0.0.0/8'] },
    proxy_password: 'p',
  });
  expect([settings.proxyPassword, settings.networkTouched]).toEqual(['', false]);
});

it('changes a passphrase only when both are the same and the one of now is given', async () => {
  const { ipc, workspace, settings } = begun();
  workspace.state = appState({ vault: { state: 'passphrase' } });
  settings.then = 'four unrelated words';
  settings.again = settings.then;
  expect(settings.canChangePassphrase).toBe(false);
  settings.now = 'the old one';
  ipc.on({ change_passphrase: () => refuse({ message: 'the passphrase is wrong', field: 'now' }) });
  await settings.changePassphrase();
  expect(settings.passphrase.at('now')).toContain('wrong');
  ipc.on({ change_passphrase: () => appState({ vault: { state: 'passphrase' } }) });
  await settings.changePassphrase();
  expect([settings.now, settings.then]).toEqual(['', '']);
});

it('looks at a backup before it is laid ready', async () => {
  const { ipc, settings } = begun();
  const found = {
    made_at: '2026-11-22T12:00:00Z',
    program: '0.1.0',
    environments: ['Staging'],
    passphrase: false,
    same_workspace: true,
  };
  ipc.on({ restore_backup: ({ take }) => ({ ...found, taken: take }) });
  settings.restoreFile = '/a.gwbackup';
  await settings.lookAtBackup();
  expect(ipc.last('restore_backup')).toEqual({ file: '/a.gwbackup', take: false });
  await settings.restoreIt();
  expect(settings.found?.taken).toBe(true);
});
