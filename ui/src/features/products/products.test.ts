import type { DetectedProduct } from '@/ipc/bindings';
import { refuse, TestIpc } from '@/shared/testing/ipc';
import { product } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it } from 'vitest';
import { ProductsState, versionAt } from './products.svelte';

const DETECTED: DetectedProduct = {
  kind: 'jira',
  version: '9.12.8',
  title: 'Tracker',
  base_url: 'https://jira.internal/jira',
  context_path: '/jira',
  impersonation: true,
  clock_ahead_seconds: 0,
  tls: true,
  milliseconds: 30,
  suggested_id: 'jira',
  suggested_public_url: '/jira',
  legs: [],
};

function begun(...kept: ReturnType<typeof product>[]) {
  const ipc = new TestIpc({});
  const workspace = new Workspace(ipc);
  workspace.products = kept;
  workspace.loaded = true;
  const products = new ProductsState(ipc, workspace);
  if (products.product) products.draftOf(products.product);
  return { ipc, workspace, products };
}

it('adds what was found at an address', async () => {
  const { ipc, products, workspace } = begun();
  ipc.on({ detect_product: () => DETECTED, save_product: ({ id }) => product({ id }) });
  products.add();
  products.address = ' https://jira.internal/jira/browse/A-1 ';
  await products.detect();
  expect(ipc.last('detect_product')).toEqual({ url: 'https://jira.internal/jira/browse/A-1' });
  expect([products.newId, products.newPublicUrl]).toEqual(['jira', '/jira']);
  await products.create();
  expect(ipc.last('save_product')).toMatchObject({ create: true, id: 'jira', directory_password: null });
  expect(workspace.products.map(({ id }) => id)).toEqual(['jira']);
  expect([products.adding, products.address]).toEqual([false, '']);
});

it('keeps what was typed when an address is refused, and says so beside it', async () => {
  const { ipc, products } = begun();
  ipc.on({ detect_product: () => refuse({ message: 'this is no address', field: 'url' }) });
  products.add();
  products.address = 'jira';
  await products.detect();
  expect(products.address).toBe('jira');
  expect(products.detecting.at('url')).toBe('This is no address.');
  expect(products.standing.mood).toBe('bad');
});

it('forgets a typed password once it was sent, and keeps it when saving failed', async () => {
  const { ipc, products } = begun(product());
  const draft = products.draft;
  if (!draft) throw new Error('no draft');
  draft.directoryUser = 'svc';
  draft.directoryPassword = 'hunter2';
  ipc.on({ save_product: () => refuse({ code: 'keychain' }) });
  expect(await products.save()).toBe(false);
  expect(draft.directoryPassword).toBe('hunter2');
  ipc.on({ save_product: () => product({ directory_user: 'svc', directory_password_kept: true }) });
  expect(await products.save()).toBe(true);
  expect(ipc.last('save_product')?.directory_password).toBe('hunter2');
  expect(draft.directoryPassword).toBe('');
  expect(products.dirty).toBe(false);
});

it('saves what changed before it checks the account', async () => {
  const { ipc, products } = begun(product());
  if (products.draft) products.draft.directoryUser = 'svc';
  ipc.on({
    save_product: () => product({ directory_user: 'svc' }),
    check_directory: () => ({ good: true, message: 'Reads users', hint: '' }),
    products: () => ({ products: [product({ directory_user: 'svc', readiness: { state: 'ready' } })] }),
  });
  await products.checkDirectory();
  expect(ipc.asked.map(({ name }) => name)).toEqual(['save_product', 'check_directory', 'products']);
  expect(products.product?.readiness.state).toBe('ready');
  expect(products.checks.get('jira')?.good).toBe(true);
});

it('does not check with what could not be saved', async () => {
  const { ipc, products } = begun(product());
  if (products.draft) products.draft.directoryUser = 'svc';
  ipc.on({ save_product: () => refuse({}) });
  await products.checkDirectory();
  expect(ipc.asked.map(({ name }) => name)).toEqual(['save_product']);
});

it('keeps the drafts of other products while one moves between them', () => {
  const { products } = begun(product(), product({ id: 'wiki', kind: 'confluence' }));
  if (products.draft) products.draft.publicUrl = '/tracker';
  products.choose('wiki');
  if (products.product) products.draftOf(products.product);
  expect(products.dirty).toBe(false);
  products.choose('jira');
  expect(products.draft?.publicUrl).toBe('/tracker');
  expect(products.dirty).toBe(true);
});

it('says version and path', () => {
  expect(versionAt('10.3.2', 'https://x/jira')).toBe('10.3.2 at /jira');
  expect(versionAt('9.4.1', 'https://x')).toBe('9.4.1, no path');
});
