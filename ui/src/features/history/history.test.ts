import type { HistoryEntry, HistoryPage, HistoryRow } from '@/ipc/bindings';
import { Clipboard } from '@/shared/clipboard.svelte';
import { later, refuse, TestIpc } from '@/shared/testing/ipc';
import { result } from '@/shared/testing/samples';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import View from './HistoryTestFrame.svelte';
import { HistoryState } from './history.svelte';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid=history-table-row]')];

function row(id: number, more: Partial<HistoryRow> = {}): HistoryRow {
  return {
    id,
    at: '2026-11-22T14:02:57Z',
    token: `token ${id}`,
    product: 'wiki',
    kind: 'confluence',
    way: 'direct',
    endpoint_label: 'Who am I',
    method: 'GET',
    endpoint: '/rest/api/user/current',
    status: 200,
    verdict: 'anonymous',
    verdict_text: 'Anonymous',
    tone: 'bad',
    user: null,
    milliseconds: 130,
    check: null,
    ...more,
  };
}

function page(all: HistoryRow[], more: Partial<HistoryPage> = {}): HistoryPage {
  return {
    rows: all,
    next: null,
    matching: all.length,
    kept: all.length,
    tokens: ['fred'],
    products: ['wiki'],
    ...more,
  };
}

const entryOf = (one: HistoryRow): HistoryEntry => ({
  row: one,
  token_id: 't1',
  expected_user: 'fred',
  result: result({ message: 'answered to nobody' }),
  before: null,
});

function open(history: () => HistoryPage | Promise<HistoryPage>) {
  const ipc = new TestIpc({
    history,
    history_limits: () => ({ rows: 100_000, days: 180 }),
    history_entry: ({ id }) => entryOf(row(id)),
    copy_text: () => ({}),
  });
  const state = new HistoryState(ipc);
  shown = mount(View, { target: document.body, props: { history: state, clipboard: new Clipboard(ipc) } });
  flushSync();
  return { ipc, state };
}

it('keeps a hundred thousand tests quick: only the rows that are seen are in the document', async () => {
  const all = Array.from({ length: 100_000 }, (_, index) => row(100_000 - index));
  open(() => page(all));
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0));
  expect(rows().length).toBeLessThan(60);
  expect(at('history-table')?.getAttribute('aria-rowcount')).toBe('100001');
  expect(at('history-count')?.textContent).toBe('100,000 tests');
});

it('reads on at the end of what was read', async () => {
  let asked = 0;
  const { ipc } = open(() => {
    asked += 1;
    return page([row(asked * 2), row(asked * 2 - 1)], { next: asked < 3 ? `n${asked}` : null, matching: 6 });
  });
  await vi.waitFor(() => expect(rows().length).toBe(6));
  expect(ipc.last('history')?.after).toBe('n2');
});

it('is worked with by the keyboard: the arrow chooses, and what was chosen opens beside it', async () => {
  open(() => page([row(3), row(2)]));
  await vi.waitFor(() => expect(rows().length).toBe(2));
  at('history-table')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
  await vi.waitFor(() => expect(at('history-detail')?.textContent).toContain('Answered to nobody.'));
  expect(rows()[1]?.getAttribute('aria-current')).toBe('true');
});

it('says that there is nothing, and that nothing matches, and clears the filters', async () => {
  const { state, ipc } = open(() => page([], { kept: 5 }));
  await vi.waitFor(() => expect(at('history-empty')?.textContent).toContain('No tests yet'));
  state.verdict = 'locked';
  await state.read();
  flushSync();
  expect(at('history-empty')?.textContent).toContain('None of 5 tests');
  expect(ipc.last('history')?.filter.verdicts).toEqual(['captcha_required']);
  at('history-clear')?.click();
  await vi.waitFor(() => expect(ipc.last('history')?.filter.verdicts).toEqual([]));
});

it('shows that it is reading, why it could not, and reads again', async () => {
  const first = later<HistoryPage>();
  const { ipc } = open(() => first.promise);
  await vi.waitFor(() => expect(document.querySelector('[aria-label="The history is being read"]')).not.toBeNull());
  ipc.on({ history: () => page([row(1)]) });
  first.reject(new Error('gone'));
  await vi.waitFor(() => expect(at('history-again')).not.toBeNull());
  at('history-again')?.click();
  await vi.waitFor(() => expect(rows().length).toBe(1));
});

it('searches once typing rests, and never shows an older answer over a newer one', async () => {
  const { state, ipc } = open(() => page([row(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  const slow = later<HistoryPage>();
  ipc.on({ history: () => slow.promise });
  const old = state.read();
  ipc.on({ history: () => page([row(9)]) });
  state.search = 'fred';
  await vi.waitFor(() => expect(ipc.last('history')?.filter.search).toBe('fred'));
  slow.resolve(page([row(1)]));
  await old;
  flushSync();
  expect(rows().map((one) => one.dataset.key)).toEqual(['9']);
});

it('says where an export is, or why there is none', async () => {
  const { state, ipc } = open(() => page([row(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  ipc.on({ export_history: ({ format }) => ({ path: `/downloads/history.${format}`, rows: 1 }) });
  await state.export('csv');
  expect(state.exported).toEqual({ path: '/downloads/history.csv', rows: 1 });
  ipc.on({ export_history: () => refuse({ message: 'the disk is full' }) });
  await state.export('json');
  expect([state.exported, state.exporting.error?.message]).toEqual([null, 'the disk is full']);
});

it('tells of newer tests instead of moving what is read', async () => {
  const { state } = open(() => page([row(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  state.hear({ event: 'test_finished', run: 'r', cancelled: false });
  flushSync();
  at('history-newer')?.click();
  await vi.waitFor(() => expect(state.newer).toBe(false));
});
