import type { AppEvent, TestEndpoints, TestResult, TestRun, Way } from '@/ipc/bindings';
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
  cell: { token_id: 't1', product_id: productId, way, endpoint: 'who_am_i', result: result(more) },
});
const place = (productId: string, way: Way, tokenId = 't1', endpoint = 'who_am_i') => ({
  tokenId,
  productId,
  way,
  endpoint,
});
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
    endpoints: ['who_am_i'],
    expected_user: null,
    expect_owner: true,
    allow_plain_http: false,
    allow_foreign: false,
    allow_writes: false,
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
  await test.sendHeld();
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

const OFFERED: TestEndpoints = {
  purposes: [
    { id: 'who_am_i', label: 'Who am I', products: ['jira', 'confluence', 'bitbucket'], family: 'REST API' },
    { id: 'boards', label: 'Boards', products: ['jira'], family: 'Jira Software (Agile)' },
  ],
  presets: [
    {
      id: 'jira.queues',
      label: 'Queues',
      product: 'jira',
      family: 'Jira Service Management',
      method: 'GET',
      path: '/rest/servicedeskapi/servicedesk/{desk}/queue',
      headers: [{ name: 'X-ExperimentalApi', value: 'opt-in' }],
      body: null,
      has_inputs: true,
    },
  ],
  own: [],
  round_trips: [
    { product: 'jira', creates: 'a private filter', place: null, example: '' },
    { product: 'confluence', creates: 'a page in the space', place: 'Space', example: 'TEAM' },
  ],
};

it('asks each endpoint of the products that have it, a row for each', async () => {
  const { ipc, test } = begun();
  ipc.on({ test_endpoints: () => OFFERED });
  await test.readEndpoints();
  test.toggleEndpoint('boards');
  expect(test.allRows.map(({ endpoint }) => endpoint)).toEqual(['who_am_i', 'boards']);
  expect(test.counts.all).toBe(6);
  await test.start();
  expect(ipc.last('start_test')?.endpoints).toEqual(['who_am_i', 'boards']);
  test.hear(cell('jira', 'gateway'));
  expect(test.counts.done).toBe(1);
  expect(test.report('Staging')).toContain('| fred | jira | through the gateway | Who am I | Valid |');
  expect(test.outcome).toHaveLength(1);
  test.toggleEndpoint('who_am_i');
  test.toggleEndpoint('boards');
  expect(test.endpoints).toEqual(['boards']);
});

it('makes an own endpoint from a preset that has to be filled in, and chooses it', async () => {
  const { ipc, test } = begun();
  ipc.on({
    test_endpoints: () => OFFERED,
    save_endpoint: (endpoint) => ({ ...OFFERED, own: [{ ...endpoint, id: 'e1' }] }),
  });
  await test.readEndpoints();
  test.edit(OFFERED.presets[0]);
  if (!test.editing) throw new Error('nothing is edited');
  test.editing.path = '/rest/servicedeskapi/servicedesk/1/queue';
  test.editing.headers[0] = { name: 'X-ExperimentalApi', value: 'opt-in' };
  await test.keepEndpoint();
  expect(ipc.last('save_endpoint')).toMatchObject({ id: null, name: 'Queues', product: 'jira' });
  expect(test.editing).toBeNull();
  expect(test.endpoints).toEqual(['who_am_i', 'own:e1']);
  expect(test.has(product({ id: 'wiki', kind: 'confluence' }), 'own:e1')).toBe(false);
  ipc.on({ save_endpoint: () => refuse({ field: 'path', message: 'an endpoint begins with a slash' }) });
  test.edit();
  await test.keepEndpoint();
  expect(test.keeping.at('path')).toBe('An endpoint begins with a slash.');
  expect(test.editing).not.toBeNull();
});

it("asks before somebody else's secret is sent, once for each token and product", async () => {
  const { ipc, test } = begun(false);
  ipc.on({ start_test: () => refuse({ code: 'foreign_secret' }) });
  await test.start();
  expect(test.held?.consent).toBe('foreign_secret');
  expect(test.counts).toMatchObject({ done: 0, running: 0 });
  ipc.on({ start_test: () => ({ run: 'r1', cells: 2 }) });
  await test.sendHeld();
  expect(ipc.last('start_test')).toMatchObject({ allow_foreign: true, allow_plain_http: false });
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  await test.start();
  expect(ipc.last('start_test')?.allow_foreign).toBe(true);
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  test.toggleToken('t2');
  await test.start();
  expect(ipc.last('start_test')?.allow_foreign).toBe(false);
});

it('asks about what may write each time', async () => {
  const { ipc, test } = begun(false);
  ipc.on({ start_test: ({ allow_writes: may }) => (may ? { run: 'r1', cells: 2 } : refuse({ code: 'would_write' })) });
  await test.start();
  await test.sendHeld();
  expect(ipc.last('start_test')?.allow_writes).toBe(true);
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  await test.start();
  expect(test.held?.consent).toBe('would_write');
});

it('expects the owner of each token unless somebody else is named', async () => {
  const { ipc, test } = begun(false);
  test.expect = 'named';
  test.expectedUser = ' jane ';
  await test.start();
  expect(ipc.last('start_test')).toMatchObject({ expect_owner: false, expected_user: 'jane' });
  test.hear({ event: 'test_finished', run: 'r1', cancelled: false });
  test.expect = 'anyone';
  await test.start();
  expect(ipc.last('start_test')).toMatchObject({ expect_owner: false, expected_user: null });
});

it('offers only what the products have', async () => {
  const { ipc, test } = begun(false);
  ipc.on({
    test_endpoints: () => OFFERED,
    product_apis: ({ id }) => ({ product_id: id, absent: ['Jira Service Management'] }),
  });
  await test.readEndpoints();
  expect(test.offers(['jira'], 'Jira Service Management')).toBe(false);
  expect(test.offers(['jira'], 'Jira Software (Agile)')).toBe(true);
  expect(test.has(product(), 'jira.queues')).toBe(false);
});

it('creates and deletes only after it was told what, and shows what was left', async () => {
  const { ipc, test } = begun(false);
  const left = { what: 'the private filter x (1)', url: 'https://jira.internal/1', certain: true };
  ipc.on({
    test_endpoints: () => OFFERED,
    product_apis: ({ id }) => ({ product_id: id, absent: [] }),
    create_and_delete: () => ({ steps: [], left, good: false, message: 'Left behind.' }),
  });
  await test.readEndpoints();
  test.beginTrip();
  expect(test.tripOffer?.creates).toBe('a private filter');
  expect(ipc.asked.some(({ name }) => name === 'create_and_delete')).toBe(false);
  await test.runTrip();
  expect(ipc.last('create_and_delete')).toMatchObject({ token_id: 't1', product_id: 'jira', allow_foreign: false });
  expect(test.trip?.result?.left).toEqual(left);
});

it('looks at a token without sending it', async () => {
  const { ipc, test } = begun(false);
  const looks = { label: 'A token of unknown make.', facts: [], judgements: [], foreign: null };
  ipc.on({ inspect_token: () => looks });
  test.pasteSecret = ' abc ';
  await test.inspectPasted();
  expect(ipc.last('inspect_token')?.secret).toBe('abc');
  expect(test.pastedLooks).toEqual(looks);
  test.pasteUser = 'fred';
  await test.inspectPasted();
  expect(test.pastedLooks).toBeNull();
});
