import type { AppEvent, TestResult, TestRun, Way } from '@/ipc/bindings';
import { appState, later, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway, product, result, token } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { TestState } from './test.svelte';
import { secondLine } from './words';

function begun(paired = true) {
  const ipc = new TestIpc({
    start_test: ({ products, ways, tokens }) => ({ run: 'r1', cells: products.length * ways.length * tokens.length }),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ gateway: paired ? gateway() : null });
  workspace.tokens = [token(), token({ id: 't2', name: 'jane', provider_id: null })];
  workspace.products = [product(), product({ id: 'wiki', kind: 'confluence' })];
  return { ipc, workspace, test: new TestState(ipc, workspace) };
}

const cell = (productId: string, way: Way, more: Partial<TestResult> = {}, run = 'r1'): AppEvent => ({
  event: 'test_cell',
  run,
  cell: { token_id: 't1', product_id: productId, way, result: result(more) },
});
const place = (productId: string, way: Way, tokenId = 't1') => ({ tokenId, productId, way });
const REFUSED: Partial<TestResult> = { verdict: 'invalid_credential', tone: 'bad', status: 401, user: null };

it('tests the token worked with last against every product, both ways once a gateway is paired', async () => {
  const { ipc, test } = begun();
  await test.start();
  expect(ipc.last('start_test')).toEqual({
    tokens: ['t1'],
    products: ['jira', 'wiki'],
    ways: ['direct', 'gateway'],
    credential: 'bearer',
    user: null,
    endpoint: null,
    expected_user: null,
    allow_plain_http: false,
  });
  expect(test.counts).toEqual({ all: 4, done: 0, running: 4, needs: 0 });
  expect(begun(false).test.ways).toEqual(['direct']);
});

it('marks only what differs from what was to be expected', async () => {
  const { test } = begun();
  await test.start();
  test.hear(cell('jira', 'direct', REFUSED));
  test.hear(cell('jira', 'gateway'));
  test.hear(cell('wiki', 'direct', { ...REFUSED, verdict: 'anonymous', status: 200 }));
  test.hear(
    cell('wiki', 'gateway', { verdict: 'gateway_refused', tone: 'bad', status: 403, gateway_reason: 'user_unknown' }),
  );
  expect(test.expected(place('jira', 'direct'))).toBe(true);
  expect(test.expected(place('wiki', 'gateway'))).toBe(false);
  expect(test.counts.needs).toBe(1);
  expect(test.selected).toEqual(place('wiki', 'gateway'));
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  expect(test.standing).toMatchObject({ mood: 'warning' });
  expect(test.running).toBe(false);
});

it('says a direct refusal in full where nothing goes through a gateway', async () => {
  const { test } = begun(false);
  await test.start();
  test.hear(cell('jira', 'direct', REFUSED));
  expect(test.expected(place('jira', 'direct'))).toBe(false);
  expect(test.needs(place('jira', 'direct'))).toBe(true);
});

it('takes results that come before the run has a name, and none of another run', async () => {
  const { ipc, test } = begun();
  const answer = later<TestRun>();
  ipc.on({ start_test: () => answer.promise });
  const start = test.start();
  test.hear(cell('jira', 'gateway'));
  test.hear(cell('wiki', 'gateway', {}, 'old'));
  answer.resolve({ run: 'r1', cells: 4 });
  await start;
  expect(test.counts.done).toBe(1);
});

it('can be cancelled, and keeps what had arrived', async () => {
  const { ipc, test } = begun();
  ipc.on({ cancel_test: () => ({}) });
  await test.start();
  test.hear(cell('jira', 'gateway'));
  await test.cancel();
  expect(ipc.last('cancel_test')).toEqual({ run: 'r1' });
  expect(test.counts).toMatchObject({ done: 1, running: 0 });
});

it('puts the old results back when a test could not begin, and asks before it sends a secret unencrypted', async () => {
  const { ipc, test } = begun();
  await test.start();
  test.hear(cell('jira', 'gateway'));
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  ipc.on({ start_test: () => refuse({ code: 'plain_http' }) });
  await test.start();
  expect(test.counts.done).toBe(1);
  ipc.on({ start_test: () => ({ run: 'r2', cells: 4 }) });
  await test.sendPlain();
  expect(ipc.last('start_test')?.allow_plain_http).toBe(true);
});

it('tests one cell again and leaves the others alone', async () => {
  const { ipc, test } = begun();
  await test.start();
  for (const way of ['direct', 'gateway'] as const) for (const id of ['jira', 'wiki']) test.hear(cell(id, way));
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  await test.again(place('wiki', 'direct'));
  expect(ipc.last('start_test')).toMatchObject({ tokens: ['t1'], products: ['wiki'], ways: ['direct'] });
  expect(test.counts).toMatchObject({ done: 3, running: 1 });
});

it('always keeps at least one token and one product', () => {
  const { test } = begun();
  test.toggleToken('t2');
  expect(test.tokens.map(({ id }) => id)).toEqual(['t1', 't2']);
  test.toggleToken('t1');
  test.toggleToken('t2');
  expect(test.tokens.map(({ id }) => id)).toEqual(['t2']);
  test.toggleProduct('jira');
  test.toggleProduct('wiki');
  expect(test.products.map(({ id }) => id)).toEqual(['wiki']);
});

it('forgets a pasted secret once it was taken', async () => {
  const { ipc, test } = begun();
  ipc.on({ paste_token: () => token({ id: 't3', user: 'fred' }) });
  test.pasteOpen = true;
  test.pasteSecret = 'hunter2';
  test.pasteUser = 'fred';
  await test.paste();
  expect([test.pasteSecret, test.pasteOpen, test.credential]).toEqual(['', false, 'basic']);
  expect(test.tokens.map(({ id }) => id)).toEqual(['t3']);
});

it('calls a 200 for nobody what it is', () => {
  expect(secondLine(result({ verdict: 'anonymous', tone: 'bad', user: null }), false)).toBe('200, but to nobody');
  expect(secondLine(result(), false)).toBe('fred, 12 ms');
  expect(secondLine(result({ ...REFUSED }), true)).toBe('401, as expected');
});
