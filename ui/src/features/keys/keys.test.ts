import type { ApiKey, ApiKeys, CheckedKey, KeyBasis } from '@/ipc/bindings';
import { Clipboard } from '@/shared/clipboard.svelte';
import { Navigation } from '@/shared/navigation.svelte';
import { appState, later, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import View from './KeysTestFrame.svelte';
import { KeysState } from './keys.svelte';
import { snippets } from './snippets';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid=keys-table-row]')];
const SECRET = `gw_${'a'.repeat(36)}`;

function key(n: number, more: Partial<ApiKey> = {}): ApiKey {
  return {
    id: `k${n}`,
    shown: 'gw_abc',
    kind: 'bearer',
    owner: 'fred',
    name: `key ${n}`,
    state: 'active',
    ends_soon: false,
    created_at: '2026-11-01T00:00:00Z',
    created_by: 'lena',
    ends_at: null,
    max_uses: null,
    uses: 0,
    last_used_at: null,
    addresses_seen: ['10.4.2.18'],
    read_only: false,
    products: [],
    paths: [],
    addresses: [],
    revoked_at: null,
    revoked_by: null,
    replaces: null,
    replaced_by: null,
    ...more,
  };
}

const page = (keys: ApiKey[], next: string | null = null): ApiKeys => ({
  keys,
  next,
  read_at: '2026-11-22T14:00:00Z',
});

const basis = (more: Partial<KeyBasis> = {}): KeyBasis => ({
  me: 'fred',
  may_change: true,
  role: 'owner',
  max_lifetime: '180d',
  max_per_user: 10,
  accepted: true,
  products: [{ id: 'jira', title: 'Jira', kind: 'jira', url: 'https://jira.example.com' }],
  ...more,
});

const checked = (more: Partial<CheckedKey> = {}): CheckedKey => ({
  problems: [],
  ends_at: null,
  words: 'This key acts as fred.',
  examples: [],
  request_inside: null,
  address: { answer: 'not_asked' },
  ...more,
});

function open(
  keys: () => ApiKeys | Promise<ApiKeys>,
  more: { basis?: KeyBasis; unpaired?: boolean; production?: boolean } = {},
) {
  const ipc = new TestIpc({
    keys,
    key_basis: () => more.basis ?? basis(),
    check_key: () => checked(),
    check_owner: () => ({ words: 'Fred: no key yet.', known: true, keys: 0 }),
    create_key: (made) => key(900, { name: made.name, owner: made.owner }),
    show_new_key: () => ({ secret: SECRET }),
    copy_new_keys: () => ({ leaves_after_seconds: 60 }),
    forget_new_keys: () => ({}),
    revoke_keys: ({ ids }) => ({ revoked: ids }),
    leaked_keys: () => ({ keys: [key(4)], revoked: ['k4'], unknown: 1 }),
  });
  const workspace = new Workspace(ipc);
  const environment = more.production
    ? { id: 'p', name: 'Production', kind: 'production' as const }
    : { id: 's', name: 'Staging', kind: 'staging' as const };
  workspace.state = appState({ gateway: more.unpaired ? null : gateway(), environment });
  const state = new KeysState(ipc, workspace);
  const around = { clipboard: new Clipboard(ipc), navigation: new Navigation(), workspace };
  shown = mount(View, { target: document.body, props: { keys: state, around } });
  flushSync();
  return { ipc, state };
}

it('keeps fifty thousand keys quick: pages are read and only what is seen is in the document', async () => {
  const { state, ipc } = open(() =>
    page(
      Array.from({ length: 500 }, (_, n) => key(n)),
      'k499',
    ),
  );
  await vi.waitFor(() => expect(rows().length).toBeGreaterThan(0));
  ipc.on({ keys: ({ after }) => page([key(1)], after === null ? null : 'k') });
  state.rows = Array.from({ length: 50_000 }, (_, n) => key(n));
  flushSync();
  expect(rows().length).toBeLessThan(60);
  expect(at('keys-table')?.dataset.count).toBe('50000');
  await state.readMore();
  expect(ipc.last('keys')?.after).toBe('k499');
  expect(state.rows.length).toBe(50_001);
});

it('says that no gateway is paired, and asks nothing', () => {
  const { ipc } = open(() => page([]), { unpaired: true });
  expect(at('keys-unpaired')).not.toBeNull();
  expect(ipc.asked).toEqual([]);
});

it('shows that it is reading, why it could not, and reads again', async () => {
  const first = later<ApiKeys>();
  const { ipc } = open(() => first.promise);
  await vi.waitFor(() => expect(document.querySelector('[aria-label="The keys are being read"]')).not.toBeNull());
  ipc.on({ keys: () => page([key(1)]) });
  first.reject(new Error('gone'));
  await vi.waitFor(() => expect(at('keys-error')).not.toBeNull());
  at('keys-again')?.click();
  await vi.waitFor(() => expect(rows().length).toBe(1));
});

it('keeps what was read when the gateway falls silent', async () => {
  const { ipc, state } = open(() => page([key(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  ipc.on({ keys: () => refuse({ code: 'connect', message: 'nobody answers' }) });
  await state.read();
  flushSync();
  expect(at('keys-stale')?.textContent).toContain('Nobody answers.');
  expect(rows().length).toBe(1);
});

it('tells an empty list from one that nothing matches', async () => {
  const { state } = open(() => page([]));
  await vi.waitFor(() => expect(at('keys-empty')?.textContent).toContain('No keys yet'));
  state.search = 'x';
  await vi.waitFor(() => expect(at('keys-empty')?.textContent).toContain('No key matches'));
});

it('lets a viewer look and not change', async () => {
  open(() => page([key(1)]), { basis: basis({ may_change: false, role: 'viewer' }) });
  await vi.waitFor(() => expect(at('keys-viewer')?.textContent).toContain('As viewer'));
  expect(at('keys-create')?.getAttribute('aria-disabled')).toBe('true');
});

it('shows a new key once, and only lets go when it was stored', async () => {
  const { ipc, state } = open(() => page([key(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  at('keys-create')?.click();
  await vi.waitFor(() => expect(at('key-form')).not.toBeNull());
  at('key-create')?.click();
  await vi.waitFor(() => expect(at('key-form')?.textContent).toContain('The key has no name.'));
  state.form.name = 'nightly';
  at('key-create')?.click();
  await vi.waitFor(() => expect(at('key-secret')?.textContent).toBe(SECRET));
  expect(ipc.last('create_key')).toMatchObject({ owner: 'fred', name: 'nightly', end: { count: 90, unit: 'days' } });
  at('key-copy')?.click();
  await vi.waitFor(() => expect(ipc.last('copy_new_keys')).toEqual({ ids: ['k900'] }));
  expect(ipc.last('copy_text')).toBeUndefined();
  expect(at('snippet')?.textContent).not.toContain(SECRET);
  at('key-done')?.click();
  expect(at('key-created')).not.toBeNull();
  at('key-stored')?.click();
  flushSync();
  at('key-done')?.click();
  await vi.waitFor(() => expect(ipc.last('forget_new_keys')).toEqual({}));
  expect([state.secrets.size, state.fresh.length]).toEqual([0, 0]);
});

it('revokes many in production only after the name was typed, and says that nothing takes it back', async () => {
  const { ipc, state } = open(() => page([key(1), key(2)]), { production: true });
  await vi.waitFor(() => expect(rows().length).toBe(2));
  state.selectAll();
  flushSync();
  at('keys-revoke')?.click();
  await vi.waitFor(() => expect(at('keys-revoke-dialog')?.textContent).toContain('cannot be undone'));
  at('keys-revoke-yes')?.click();
  expect(ipc.last('revoke_keys')).toBeUndefined();
  const name = at('keys-revoke-name') as HTMLInputElement;
  name.value = 'production';
  name.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  at('keys-revoke-yes')?.click();
  await vi.waitFor(() => expect(ipc.last('revoke_keys')).toEqual({ ids: ['k1', 'k2'] }));
});

it('revokes what stands in a text, and says whose it was', async () => {
  const { ipc, state } = open(() => page([key(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  state.leakOpen = true;
  await vi.waitFor(() => expect(at('leak-text')).not.toBeNull());
  const text = at('leak-text') as HTMLTextAreaElement;
  text.value = `log: ${SECRET}`;
  text.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.waitFor(() => expect(at('leak-says')?.textContent).toContain('1 text looks like a key'));
  at('leak-yes')?.click();
  await vi.waitFor(() => expect(at('leak-found')?.dataset.revoked).toBe('1'));
  expect(ipc.last('leaked_keys')).toEqual({ text: `log: ${SECRET}` });
});

it('sorts on the server, and turns round the second time', async () => {
  const { ipc, state } = open(() => page([key(1)]));
  await vi.waitFor(() => expect(rows().length).toBe(1));
  state.sortBy('owner');
  expect(ipc.last('keys')).toMatchObject({ sort: 'owner', descending: false });
  state.sortBy('owner');
  expect(ipc.last('keys')).toMatchObject({ sort: 'owner', descending: true });
});

it('takes the key of every snippet from the environment', () => {
  for (const kind of ['basic', 'bearer'] as const) {
    for (const { id, text } of snippets({ kind, owner: 'fred', products: [] }, basis().products)) {
      expect(text, `${kind} ${id}`).toContain('GATEWRIGHT_KEY');
    }
  }
});
