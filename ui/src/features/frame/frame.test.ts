import { Navigation } from '@/shared/navigation.svelte';
import { appState, TestIpc } from '@/shared/testing/ipc';
import { gateway, product, token } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { FrameState } from './frame.svelte';
import { gatewayLine } from './status';

function begun() {
  const ipc = new TestIpc({ set_theme: ({ theme }) => appState({ theme }) });
  const workspace = new Workspace(ipc);
  workspace.state = appState();
  const navigation = new Navigation();
  const asked: string[] = [];
  const environments = {
    all: [
      { id: 'first', name: 'Staging', kind: 'staging' },
      { id: 'p', name: 'Production', kind: 'production' },
    ] as const,
    current: { id: 'first', name: 'Staging', kind: 'staging' } as const,
    go: async (id: string) => void asked.push(id),
    ask: (what: string) => void asked.push(what),
  };
  return { workspace, navigation, frame: new FrameState(ipc, workspace, navigation, environments), asked };
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

it('finds products, tokens and environments by name, and goes there', () => {
  const { frame, workspace, navigation, asked } = begun();
  workspace.products = [product()];
  workspace.tokens = [token({ id: 't9', name: 'build bot' })];
  frame.paletteQuery = 'build bot';
  const [bot] = frame.found;
  if (bot) frame.run(bot);
  expect([navigation.screen, workspace.tokenId]).toEqual(['token', 't9']);
  frame.paletteQuery = 'go to production';
  const [production] = frame.found;
  if (production) frame.run(production);
  frame.paletteQuery = 'promote';
  frame.found[0]?.run();
  expect(asked).toEqual(['p', 'promote']);
});
