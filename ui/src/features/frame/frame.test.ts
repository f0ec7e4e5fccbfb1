import { Navigation } from '@/shared/navigation.svelte';
import { appState, TestIpc } from '@/shared/testing/ipc';
import { gateway } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { FrameState } from './frame.svelte';
import { gatewayLine } from './status';

function begun() {
  const ipc = new TestIpc({ set_theme: ({ theme }) => appState({ theme }) });
  const workspace = new Workspace(ipc);
  workspace.state = appState();
  const navigation = new Navigation();
  return { workspace, navigation, frame: new FrameState(ipc, workspace, navigation) };
}

it('goes to the steps and home by their digits', () => {
  const { frame, navigation } = begun();
  expect([frame.goByDigit('3'), navigation.screen]).toEqual([true, 'username']);
  expect([frame.goByDigit('0'), navigation.screen]).toEqual([true, 'home']);
  expect([frame.goByDigit('6'), navigation.screen]).toEqual([false, 'home']);
});

it('finds by every word and runs what was found', async () => {
  const { frame, navigation, workspace } = begun();
  frame.openPalette();
  frame.paletteQuery = 'go pub';
  expect(frame.found.map(({ key }) => key)).toEqual(['go-publish']);
  const [publish] = frame.found;
  if (publish) frame.run(publish);
  expect([frame.paletteOpen, navigation.screen]).toEqual([false, 'publish']);
  await frame.setTheme('dark');
  expect(workspace.state?.theme).toBe('dark');
});

it('says how the gateway is', () => {
  expect(gatewayLine(null).text).toBe('No gateway paired');
  expect(gatewayLine(gateway()).text).toBe('Gateway gateway.example.com:8401 serves v3');
  expect(gatewayLine(gateway({ serves: 0 })).text).toContain('nothing yet');
  expect(gatewayLine(gateway({ reachable: false }))).toMatchObject({ mood: 'bad' });
});
