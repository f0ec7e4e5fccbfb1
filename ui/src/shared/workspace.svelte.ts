import type { AppState, Product, Provider, Token } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { Task } from './task.svelte';

/** What every screen stands on: the state of the frame, and the lists that several features read. */
export class Workspace {
  state = $state.raw<AppState | null>(null);
  products = $state.raw<Product[]>([]);
  providers = $state.raw<Provider[]>([]);
  tokens = $state.raw<Token[]>([]);
  /** Whether the lists were read once. */
  loaded = $state(false);
  /** The token that was worked with last: where one screen ends the next begins. */
  tokenId = $state<string | null>(null);
  readonly opening = new Task();
  readonly loading = new Task();
  #ipc: Ipc;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  /** The token that was worked with last, or the newest. */
  get token(): Token | null {
    return this.tokens.find(({ id }) => id === this.tokenId) ?? this.tokens[0] ?? null;
  }

  async open(): Promise<void> {
    const state = await this.opening.run(() => this.#ipc.call('app_state', {}));
    if (state) {
      this.state = state;
      await this.read();
    }
  }

  /** Reads the lists. */
  async read(): Promise<void> {
    const lists = await this.loading.run(() =>
      Promise.all([this.#ipc.call('products', {}), this.#ipc.call('providers', {}), this.#ipc.call('tokens', {})]),
    );
    if (lists) {
      [{ products: this.products }, { providers: this.providers }, { tokens: this.tokens }] = lists;
      this.loaded = true;
    }
  }

  async readTokens(): Promise<void> {
    const tokens = await this.loading.run(() => this.#ipc.call('tokens', {}));
    if (tokens) {
      this.tokens = tokens.tokens;
    }
  }

  keepProduct(product: Product): void {
    this.products = kept(this.products, product, 'last');
  }

  keepProvider(provider: Provider): void {
    this.providers = kept(this.providers, provider, 'last');
  }

  keepToken(token: Token): void {
    this.tokens = kept(this.tokens, token, 'first');
  }
}

function kept<Item extends { id: string }>(items: Item[], item: Item, end: 'first' | 'last'): Item[] {
  if (items.some(({ id }) => id === item.id)) {
    return items.map((old) => (old.id === item.id ? item : old));
  }
  return end === 'first' ? [item, ...items] : [...items, item];
}
