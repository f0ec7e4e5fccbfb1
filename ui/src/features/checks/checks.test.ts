import type { AppEvent, SavedCheck } from '@/ipc/bindings';
import { announcer } from '@/shared/announce.svelte';
import { refuse, TestIpc } from '@/shared/testing/ipc';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { ChecksState, intervalText, standing } from './checks.svelte';
import ChecksDialog from './ChecksDialog.svelte';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const TEST: SavedCheck['test'] = {
  tokens: ['t1'],
  products: ['jira'],
  ways: ['gateway'],
  endpoints: ['who_am_i'],
  credential: 'bearer',
  user: null,
  expected_user: null,
  expect_owner: false,
  allow_plain_http: false,
  allow_foreign: false,
  allow_writes: false,
};
const GREEN: SavedCheck['last'] = {
  at: '2026-11-22T14:00:00Z',
  green: true,
  cells: 2,
  differences: [],
  problem: null,
};

function check(more: Partial<SavedCheck> = {}): SavedCheck {
  return {
    id: 'c1',
    name: 'Weekend',
    test: TEST,
    expected: [],
    every_minutes: null,
    next_at: null,
    running: false,
    last: GREEN,
    ...more,
  };
}

const RED: SavedCheck['last'] = {
  ...GREEN,
  green: false,
  differences: [
    {
      token: 'fred',
      product: 'jira',
      way: 'gateway',
      endpoint: 'who_am_i',
      expected: null,
      verdict: 'expired',
      verdict_text: 'Ended',
      message: 'the token has ended',
    },
  ],
};

function finished(more: Partial<SavedCheck>, turned_red: boolean): AppEvent {
  return { event: 'check_finished', check: check(more), turned_red, by_schedule: true };
}

async function open(checks: ChecksState) {
  document.body.innerHTML = '<main></main>';
  checks.open = true;
  shown = mount(ChecksDialog, { target: document.body, props: { checks } });
  flushSync();
  await vi.waitFor(() => expect(at('checks-dialog')).not.toBeNull());
}

it('says so when one that was green turns red, and no longer once it is green again', () => {
  const checks = new ChecksState(new TestIpc({}));
  checks.list = [check()];
  checks.hear(finished({ last: RED }, true));
  expect(announcer.text).toContain('The check Weekend was green and is red now.');
  expect(checks.red.map(({ name }) => name)).toEqual(['Weekend']);
  expect(standing(checks.list[0] ?? check())).toEqual({ mood: 'bad', text: '1 of 2 differ' });
  checks.hear(finished({}, false));
  expect(checks.red).toEqual([]);
});

it('saves what was asked, with what came now where that is wanted', async () => {
  const ipc = new TestIpc({ save_check: () => ({ checks: [check()] }) });
  const checks = new ChecksState(ipc);
  const now = [
    { token_id: 't1', product_id: 'jira', way: 'gateway', endpoint: 'who_am_i', verdict: 'expired' },
  ] as const;
  checks.begin({ test: TEST, now: [...now] });
  checks.name = ' Weekend ';
  checks.every = '60';
  checks.expect = 'now';
  await checks.save();
  expect(ipc.last('save_check')).toEqual({ id: null, name: 'Weekend', test: TEST, expected: now, every_minutes: 60 });
  expect([checks.draft, checks.list.length]).toEqual([null, 1]);
});

it('is empty, then full, runs all together and shows what differs', async () => {
  const ipc = new TestIpc({
    checks: () => ({ checks: [] }),
    run_checks: () => ({ checks: [check({ last: RED, every_minutes: 90, next_at: '2000-01-01T00:00:00Z' })] }),
  });
  const checks = new ChecksState(ipc);
  await open(checks);
  await vi.waitFor(() => expect(at('checks-empty')).not.toBeNull());
  checks.list = [check()];
  flushSync();
  at('checks-run-all')?.click();
  await vi.waitFor(() => expect(at('check-Weekend')?.dataset.mood).toBe('bad'));
  expect(ipc.last('run_checks')).toEqual({ ids: [] });
  expect(at('check-Weekend')?.textContent).toContain('The token has ended.');
  expect(at('check-next-Weekend')?.textContent).toBe('due now');
});

it('says why the checks cannot be read', async () => {
  const checks = new ChecksState(new TestIpc({ checks: () => refuse({ message: 'the file is locked' }) }));
  await open(checks);
  await vi.waitFor(() => expect(document.body.textContent).toContain('The file is locked.'));
});

it('names intervals that are not offered', () => {
  expect([intervalText(60), intervalText(90), intervalText(180)]).toEqual(['Every hour', 'Every 90 min', 'Every 3 h']);
});
