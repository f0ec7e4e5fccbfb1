import type {
  ApiKey,
  ApiKeyKind,
  ApiKeySort,
  ApiKeyState,
  FailedKey,
  KeyBasis,
  LeakedKeys,
  ListKeys,
} from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { KeyForm } from './form.svelte';

/** How many keys are read at a time. */
export const PAGE = 500;
/** How long typing rests before it is searched. */
export const SEARCH_AFTER_MS = 200;

export const ENDS = {
  any: { label: 'Any time', days: null },
  week: { label: 'In 7 days', days: 7 },
  month: { label: 'In 30 days', days: 30 },
  quarter: { label: 'In 90 days', days: 90 },
} as const;
export type Ends = keyof typeof ENDS;

/** Sorted by a time, the newest stands first at first. */
const NEWEST_FIRST: ReadonlySet<ApiKeySort> = new Set(['created', 'last_used']);

/** The keys of the gateway: found, made, replaced, revoked. */
export class KeysState {
  search = $state('');
  owner = $state('');
  kind = $state<ApiKeyKind | ''>('');
  keyState = $state<ApiKeyState | ''>('');
  ends = $state<Ends>('any');
  sort = $state<ApiKeySort>('last_used');
  descending = $state(true);
  rows = $state.raw<ApiKey[]>([]);
  more = $state(false);
  loaded = $state(false);
  readAt = $state<string | null>(null);
  basis = $state.raw<KeyBasis | null>(null);
  chosen = $state.raw<ApiKey | null>(null);
  formOpen = $state(false);
  leakOpen = $state(false);
  /** New keys that nobody said to have stored yet. */
  fresh = $state.raw<ApiKey[]>([]);
  failed = $state.raw<FailedKey[]>([]);
  copied = $state.raw<{ key: string; until: number } | null>(null);
  leaked = $state.raw<LeakedKeys | null>(null);
  readonly selected = new SvelteSet<string>();
  readonly secrets = new SvelteMap<string, string>();
  readonly form: KeyForm;
  readonly reading = new Task();
  readonly readingMore = new Task();
  readonly asking = new Task();
  readonly creating = new Task();
  readonly rotating = new Task();
  readonly revoking = new Task();
  readonly leaking = new Task();
  readonly copying = new Task();
  #next: string | null = null;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
    this.form = new KeyForm(ipc);
  }

  get paired(): boolean {
    return !!this.#workspace.state?.gateway;
  }

  get production(): boolean {
    return this.#workspace.state?.environment.kind === 'production';
  }

  get environment(): string {
    return this.#workspace.state?.environment.name ?? '';
  }

  get mayChange(): boolean {
    return this.basis?.may_change ?? false;
  }

  get filtered(): boolean {
    return !!(this.search.trim() || this.owner.trim() || this.kind || this.keyState || this.ends !== 'any');
  }

  get #query(): Omit<ListKeys, 'after' | 'limit'> {
    return {
      search: this.search.trim(),
      owner: this.owner.trim(),
      kind: this.kind || null,
      // What ends soon has to be good until then.
      state: this.keyState || (this.ends === 'any' ? null : 'active'),
      ends_within_days: ENDS[this.ends].days,
      sort: this.sort,
      descending: this.descending,
    };
  }

  async open(): Promise<void> {
    if (!this.paired) return;
    await Promise.all([this.read(), this.readBasis()]);
  }

  async readBasis(): Promise<void> {
    const basis = await this.asking.run(() => this.#ipc.call('key_basis', {}));
    if (!basis) return;
    this.basis = basis;
    this.form.mine ||= basis.me;
  }

  /** Reads the first keys that the filters leave. */
  async read(): Promise<void> {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    const query = this.#query;
    const page = await this.reading.run(() => this.#ipc.call('keys', { ...query, after: null, limit: PAGE }));
    if (!page || generation !== this.#generation) return;
    this.rows = page.keys;
    this.#next = page.next;
    this.more = page.next !== null;
    this.readAt = page.read_at;
    this.loaded = true;
    const there = new Set(page.keys.map(({ id }) => id));
    for (const id of this.selected) if (!there.has(id)) this.selected.delete(id);
    if (this.chosen) this.chosen = page.keys.find(({ id }) => id === this.chosen?.id) ?? this.chosen;
    announcer.say(`${count(page.keys.length, 'key')}${this.more ? ' and more' : ''} found.`);
  }

  /** Reads the keys below, as somebody scrolls there. */
  async readMore(): Promise<void> {
    const after = this.#next;
    if (!after || this.readingMore.busy || this.reading.busy || this.readingMore.error) return;
    const generation = this.#generation;
    const query = this.#query;
    const page = await this.readingMore.run(() => this.#ipc.call('keys', { ...query, after, limit: PAGE }));
    if (!page || generation !== this.#generation || after !== this.#next) return;
    this.#next = page.next;
    this.more = page.next !== null;
    this.rows = [...this.rows, ...page.keys];
  }

  /** Reads again after a filter changed; `soon` waits until typing rests. */
  refilter(soon = false): void {
    clearTimeout(this.#timer);
    if (soon) this.#timer = setTimeout(() => void this.read(), SEARCH_AFTER_MS);
    else void this.read();
  }

  clear(): void {
    this.search = '';
    this.owner = '';
    this.kind = '';
    this.keyState = '';
    this.ends = 'any';
    void this.read();
  }

  sortBy(column: string): void {
    const sort = column as ApiKeySort;
    this.descending = this.sort === sort ? !this.descending : NEWEST_FIRST.has(sort);
    this.sort = sort;
    void this.read();
  }

  toggle(key: ApiKey): void {
    if (!this.selected.delete(key.id)) this.selected.add(key.id);
  }

  selectAll(): void {
    const all = this.rows.length > 0 && this.rows.every(({ id }) => this.selected.has(id));
    this.selected.clear();
    if (!all) for (const { id } of this.rows) this.selected.add(id);
  }

  choose(key: ApiKey): void {
    this.chosen = key;
    this.formOpen = false;
  }

  /** Goes to another key, which may be none of those that were read. */
  async follow(id: string): Promise<void> {
    const key = await this.asking.run(() => this.#ipc.call('key', { id }));
    if (key) this.choose(key);
  }

  openForm(): void {
    this.creating.forget();
    this.chosen = null;
    this.formOpen = true;
    void this.form.check(this.basis);
    void this.form.ask();
  }

  async create(): Promise<void> {
    this.form.pressed = true;
    await this.form.check(this.basis);
    if (this.form.wrong) return;
    const key = await this.creating.run(() => this.#ipc.call('create_key', this.form.key));
    if (key) {
      announcer.say(`The key for ${key.owner} is made.`);
      await this.#show([key]);
    }
  }

  async rotate(ids: string[], overlap_hours: number): Promise<void> {
    const done = await this.rotating.run(() => this.#ipc.call('rotate_keys', { ids, overlap_hours }));
    if (!done) return;
    this.failed = done.failed;
    this.selected.clear();
    announcer.say(`${count(done.made.length, 'new key')}, ${done.failed.length} failed.`);
    if (done.made.length > 0) await this.#show(done.made);
    else void this.read();
  }

  async #show(keys: ApiKey[]): Promise<void> {
    this.fresh = keys;
    this.copied = null;
    const [only] = keys;
    if (only && keys.length === 1) await this.reveal(only.id);
  }

  /** A new key in clear: this once. */
  async reveal(id: string): Promise<void> {
    const shown = await this.copying.run(() => this.#ipc.call('show_new_key', { id }));
    if (shown) this.secrets.set(id, shown.secret);
  }

  async copy(ids: string[]): Promise<void> {
    const copied = await this.copying.run(() => this.#ipc.call('copy_new_keys', { ids }));
    if (copied) {
      this.copied = { key: ids.join(), until: Date.now() + copied.leaves_after_seconds * 1000 };
      announcer.say(`Copied. It leaves the clipboard in ${copied.leaves_after_seconds} seconds.`);
    }
  }

  /** The admin has stored them: nobody here knows them any more. */
  async stored(another = false): Promise<void> {
    this.secrets.clear();
    this.fresh = [];
    this.copied = null;
    this.form.next();
    this.formOpen = another;
    await this.copying.run(() => this.#ipc.call('forget_new_keys', {}));
    await this.read();
  }

  async revoke(ids: string[]): Promise<void> {
    const done = await this.revoking.run(() => this.#ipc.call('revoke_keys', { ids }));
    if (!done) return;
    this.selected.clear();
    announcer.say(`${count(done.revoked.length, 'key')} revoked.`);
    const chosen = this.chosen;
    if (chosen && ids.includes(chosen.id)) void this.follow(chosen.id);
    await this.read();
  }

  async leak(text: string): Promise<void> {
    const leaked = await this.leaking.run(() => this.#ipc.call('leaked_keys', { text }));
    if (!leaked) return;
    this.leaked = leaked;
    announcer.say(`${count(leaked.revoked.length, 'key')} revoked.`);
    await this.read();
  }

  closeLeak(): void {
    this.leakOpen = false;
    this.leaked = null;
    this.leaking.forget();
  }
}
