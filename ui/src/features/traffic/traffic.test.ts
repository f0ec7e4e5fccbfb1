import type { Decision, Decisions, ExplainedDecision, TrafficFigures } from '@/ipc/bindings';
import { RulesState } from '@/features/rules/rules.svelte';
import { TestState } from '@/features/test/test.svelte';
import { Clipboard } from '@/shared/clipboard.svelte';
import { Navigation } from '@/shared/navigation.svelte';
import { appState, later, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway, product } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { TrafficState } from './traffic.svelte';
import View from './TrafficTestFrame.svelte';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid=traffic-table-row]')];

function decision(sequence: number, more: Partial<Decision> = {}): Decision {
  return {
    sequence,
    at: '2026-11-22T14:02:58Z',
    request_id: `r${sequence}`,
    outcome: 'read_only',
    tone: 'bad',
    user: 'mallory',
    method: 'POST',
    path: '/rest/api/2/issue',
    product: 'jira',
    address: '10.4.2.18',
    way: 'oauth',
    key: '',
    reported: [],
    status: 403,
    milliseconds: 1,
    ...more,
  };
}

const page = (all: Decision[], next: number | null = null): Decisions => ({
  rows: all,
  next,
  read_at: '2026-11-22T14:03:00Z',
});

const figures: TrafficFigures = {
  since: '2026-11-22T13:03:00Z',
  until: '2026-11-22T14:03:00Z',
  bucket_seconds: 60,
  buckets: [
    { at: '2026-11-22T14:01:00Z', allowed: 8, refused: 0 },
    { at: '2026-11-22T14:02:00Z', allowed: 4, refused: 3 },
  ],
  allowed: 12,
  refused: 3,
  reasons: [{ name: 'read_only', requests: 3 }],
  callers: [{ name: 'fred', requests: 12 }],
  p50: 41,
  p90: 188,
  p99: 1240,
  complete: true,
};

const told: ExplainedDecision = {
  outcome: 'read_only',
  tone: 'bad',
  words: 'Mallory only reads.',
  user: 'mallory',
  status: 403,
  version: 42,
  setting: 'access.groups_read_only',
  now: '',
  phases: [
    { name: 'Accept', mark: 'passed', detail: 'POST.', setting: '' },
    { name: 'Authorise', mark: 'refused', detail: 'POST writes.', setting: 'access.groups_read_only' },
  ],
  expectation: {
    name: 'mallory may not write',
    user: 'mallory',
    groups: [],
    address: '',
    product: 'jira',
    request: 'POST /rest/api/2/issue',
    outcome: 'read_only',
  },
};

function open(decisions: () => Decisions | Promise<Decisions>, unpaired = false) {
  const ipc = new TestIpc({
    decisions,
    traffic_figures: () => figures,
    explain_decision: () => told,
    explain_request: () => told,
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ gateway: unpaired ? null : gateway() });
  workspace.products = [product(), product({ id: 'wiki', kind: 'confluence', title: 'Wiki' })];
  const navigation = new Navigation();
  const traffic = new TrafficState(ipc, workspace);
  const rules = new RulesState(ipc, workspace);
  const test = new TestState(ipc, workspace);
  const around = { clipboard: new Clipboard(ipc), navigation, workspace };
  shown = mount(View, { target: document.body, props: { traffic, rules, test, around } });
  flushSync();
  return { ipc, traffic, rules, test, navigation };
}

it('says that no gateway is paired, and asks nothing', () => {
  const { ipc } = open(() => page([]), true);
  expect(at('traffic-unpaired')).not.toBeNull();
  expect(ipc.asked).toEqual([]);
});

it('shows that it is reading, why it could not, and reads again', async () => {
  const first = later<Decisions>();
  const { ipc } = open(() => first.promise);
  await vi.waitFor(() => expect(document.querySelector('[aria-label="The decisions are being read"]')).not.toBeNull());
  ipc.on({ decisions: () => page([decision(1)]) });
  first.reject(new Error('gone'));
  await vi.waitFor(() => expect(at('traffic-error')).not.toBeNull());
  at('traffic-again')?.click();
  await vi.waitFor(() => expect(rows().length).toBe(1));
});

it('tells an empty time from filters that leave nothing', async () => {
  const { traffic } = open(() => page([]));
  await vi.waitFor(() => expect(at('traffic-empty')?.textContent).toContain('No traffic'));
  traffic.only({ outcome: 'read_only' });
  await vi.waitFor(() => expect(at('traffic-empty')?.textContent).toContain('No decision matches'));
});

it('draws the figures, and has them as a table too', async () => {
  const { ipc } = open(() => page([decision(1)]));
  await vi.waitFor(() => expect(at('traffic-refused')?.textContent).toContain('3'));
  expect(at('traffic-latency')?.textContent).toContain('1.2 s');
  expect(at('traffic-chart-table')?.querySelectorAll('tbody tr').length).toBe(2);
  at('traffic-rank-read_only')?.click();
  await vi.waitFor(() => expect(ipc.last('decisions')?.outcome).toBe('read_only'));
});

it('takes in what comes, waits while one reads, and stops when it is paused', async () => {
  const { traffic, ipc } = open(() => page([decision(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  ipc.on({ decisions: () => page([decision(2), decision(1)]) });
  await traffic.poll();
  flushSync();
  expect(rows().length).toBe(2);
  await traffic.choose(decision(2));
  ipc.on({ decisions: () => page([decision(3), decision(2), decision(1)]) });
  await traffic.poll();
  flushSync();
  expect([rows().length, at('traffic-waiting')?.textContent?.trim()]).toEqual([2, 'Show 1 newer decision']);
  at('traffic-waiting')?.click();
  flushSync();
  expect(rows().length).toBe(3);
  at('traffic-pause')?.click();
  const asked = ipc.asked.length;
  await traffic.poll();
  expect(ipc.asked.length).toBe(asked);
});

it('keeps what was read when the gateway falls silent', async () => {
  const { traffic, ipc } = open(() => page([decision(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  ipc.on({ decisions: () => refuse({ code: 'connect', message: 'nobody answers' }) });
  await traffic.poll();
  flushSync();
  expect(at('traffic-stale')?.textContent).toContain('Nobody answers.');
  expect(rows().length).toBe(1);
});

it('opens a trace, and goes on from it to the rule, to the test and to an expectation', async () => {
  const { traffic, rules, test, navigation } = open(() => page([decision(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  rows()[0]?.click();
  await vi.waitFor(() => expect(at('trace-words')?.textContent).toBe('Mallory only reads.'));
  at('trace-rule')?.click();
  expect([navigation.screen, rules.goal]).toEqual(['rules', 'access.groups_read_only']);
  at('trace-test')?.click();
  expect(navigation.screen).toBe('test');
  expect(test.editing).toMatchObject({ method: 'POST', path: '/rest/api/2/issue', product: 'jira' });
  expect(test.products.map(({ id }) => id)).toEqual(['jira']);
  expect(traffic.explained?.expectation?.outcome).toBe('read_only');
});

it('explains a request that nobody sends', async () => {
  const { ipc, traffic } = open(() => page([]));
  at('traffic-describe')?.click();
  flushSync();
  traffic.described.path = '/jira/rest/api/2/issue';
  flushSync();
  at('explain-ask')?.click();
  await vi.waitFor(() => expect(at('trace-outcome')?.dataset.outcome).toBe('read_only'));
  expect(ipc.last('explain_request')).toMatchObject({ method: 'GET', token: '', token_id: '' });
});

it('has only the rows in the document that are seen', async () => {
  open(() => page(Array.from({ length: 5000 }, (_, n) => decision(5000 - n))));
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0));
  expect(rows().length).toBeLessThan(60);
});
