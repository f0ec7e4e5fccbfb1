import { mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import App from './App.svelte';
import { appState, refuse, TestIpc } from './shared/testing/ipc';
import { product, provider, token } from './shared/testing/samples';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

const at = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

function open(state = appState()): TestIpc {
  const ipc = new TestIpc({
    app_state: () => state,
    products: () => ({ products: [product()] }),
    providers: () => ({ providers: [provider()] }),
    tokens: () => ({ tokens: [token()] }),
    catalogue: () => ({ providers: [], refused: [] }),
  });
  shown = mount(App, { target: document.body, props: { ipc } });
  return ipc;
}

it('opens on home and goes through the screens by key', async () => {
  open();
  await vi.waitFor(() => expect(at('app')?.dataset.screen).toBe('home'));
  for (const [key, screen] of [
    ['1', 'provider'],
    ['2', 'token'],
    ['0', 'home'],
  ] as const) {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, ctrlKey: true, cancelable: true }));
    await vi.waitFor(() => expect(at('app')?.dataset.screen).toBe(screen));
  }
});

it('shows the vault before anything else where nothing can be sealed', async () => {
  open(appState({ vault: { state: 'no_keychain', detail: 'no bus' } }));
  await vi.waitFor(() => expect(at('vault-create')).not.toBeNull());
  at('vault-skip')?.click();
  await vi.waitFor(() => expect(at('app')?.dataset.screen).toBe('home'));
});

it('follows the state that the program sends', async () => {
  const ipc = open();
  await vi.waitFor(() => expect(at('app')).not.toBeNull());
  const steps = appState().steps;
  ipc.emit({
    event: 'state_changed',
    state: appState({ theme: 'dark', steps: { ...steps, test: { mark: 'attention', text: '4 of 42 need you' } } }),
  });
  await vi.waitFor(() => expect(at('nav-test-note')?.textContent).toBe('4 of 42 need you'));
  expect(document.documentElement.dataset.theme).toBe('dark');
});

it('says why it could not start, and tries again', async () => {
  const ipc = new TestIpc({
    app_state: () => refuse({ code: 'workspace', message: 'the database is newer than this program' }),
  });
  shown = mount(App, { target: document.body, props: { ipc } });
  await vi.waitFor(() => expect(at('app-failed')?.textContent).toContain('The database is newer than this program.'));
  ipc.on({
    app_state: () => appState(),
    products: () => ({ products: [] }),
    providers: () => ({ providers: [] }),
    tokens: () => ({ tokens: [] }),
  });
  at('app-retry')?.click();
  await vi.waitFor(() => expect(at('app')).not.toBeNull());
});

it('keeps what was typed across the screens', async () => {
  open();
  await vi.waitFor(() => expect(at('nav-products')).not.toBeNull());
  at('nav-products')?.click();
  await vi.waitFor(() => expect(at('product-public-url')).not.toBeNull());
  const field = at('product-public-url') as HTMLInputElement;
  field.value = '/tracker';
  field.dispatchEvent(new Event('input', { bubbles: true }));
  at('nav-home')?.click();
  await vi.waitFor(() => expect(at('product-public-url')).toBeNull());
  at('nav-products')?.click();
  await vi.waitFor(() => expect((at('product-public-url') as HTMLInputElement | null)?.value).toBe('/tracker'));
  expect(at('product-save')).not.toBeNull();
});

it('gives another environment a window state of its own', async () => {
  const { default: Root } = await import('./Root.svelte');
  const staging = { id: 'first', name: 'Staging', kind: 'staging' } as const;
  const production = { id: 'p', name: 'Production', kind: 'production' } as const;
  let state = appState({ environment: staging, environments: [staging, production] });
  const ipc = new TestIpc({
    app_state: () => state,
    products: () => ({ products: state.environment.id === 'p' ? [] : [product()] }),
    providers: () => ({ providers: [] }),
    tokens: () => ({ tokens: [] }),
    catalogue: () => ({ providers: [], refused: [] }),
    home: () => ({ environments: [], ending: [], failed: [], sandbox: { state: 'ready' } }),
  });
  shown = mount(Root, { target: document.body, props: { ipc } });
  await vi.waitFor(() => expect(at('nav-products')).not.toBeNull());
  at('nav-products')?.click();
  await vi.waitFor(() => expect(at('product-item-jira')).not.toBeNull());
  state = { ...state, environment: production };
  ipc.emit({ event: 'state_changed', state });
  await vi.waitFor(() => expect(at('app')?.dataset.env).toBe('production'));
  expect(at('app')?.dataset.screen).toBe('products');
  await vi.waitFor(() => expect(at('product-item-jira')).toBeNull());
});
