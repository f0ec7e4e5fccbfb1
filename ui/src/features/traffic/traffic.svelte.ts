import type { Decision, ExplainedDecision, ListDecisions, RuleExpectation, TrafficFigures } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';

/** How many decisions are read at a time. */
export const PAGE = 200;
/** No more are kept in the window. */
export const MOST = 5000;
/** How often new ones are asked for. */
export const POLL_MS = 3000;
/** Every so many polls the figures are read again. */
const FIGURES_EVERY = 5;
export const SEARCH_AFTER_MS = 200;

export const SPANS = [
  { value: '15', label: '15 min' },
  { value: '60', label: '1 h' },
  { value: '1440', label: '24 h' },
  { value: '10080', label: '7 days' },
] as const;
export type Span = (typeof SPANS)[number]['value'];

export const REASONS = [
  'missing_credentials',
  'invalid_credentials',
  'expired_credentials',
  'wrong_audience',
  'uses_exhausted',
  'basic_disabled',
  'keys_disabled',
  'oauth_disabled',
  'product_tokens_disabled',
  'address_not_allowed',
  'rate_limited',
  'cross_site',
  'username_invalid',
  'user_unknown',
  'group_not_allowed',
  'key_scope',
  'read_only',
  'identity_mismatch',
  'unknown_product',
  'provider_unavailable',
  'directory_unavailable',
  'upstream_unavailable',
  'upstream_timeout',
  'not_configured',
  'malformed_request',
  'too_large',
  'upgrade_refused',
] as const;

const REQUEST_ID = /^[0-9A-Za-z_-]{20,}$/;

export interface Described {
  method: string;
  path: string;
  address: string;
  user: string;
  /** `none`, `typed`, or the id of a token that is kept here. */
  credential: string;
  token: string;
}

/** What the gateway decides, as it does. */
export class TrafficState {
  span = $state<Span>('60');
  search = $state('');
  outcome = $state('');
  product = $state('');
  live = $state(true);
  rows = $state.raw<Decision[]>([]);
  /** Newer ones, while one reads. */
  waiting = $state.raw<Decision[]>([]);
  loaded = $state(false);
  readAt = $state<string | null>(null);
  figures = $state.raw<TrafficFigures | null>(null);
  chosen = $state.raw<Decision | null>(null);
  explained = $state.raw<ExplainedDecision | null>(null);
  /** Whether the pane beside has the form of a request that nobody sends. */
  describing = $state(false);
  answer = $state.raw<ExplainedDecision | null>(null);
  readonly described = $state<Described>({
    method: 'GET',
    path: '',
    address: '',
    user: '',
    credential: 'none',
    token: '',
  });
  keeping = $state.raw<RuleExpectation | null>(null);
  readonly reading = new Task();
  readonly readingMore = new Task();
  readonly polling = new Task();
  readonly figuring = new Task();
  readonly explaining = new Task();
  readonly asking = new Task();
  #next: number | null = null;
  #generation = 0;
  #polls = 0;
  #search: ReturnType<typeof setTimeout> | undefined;
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get paired(): boolean {
    return !!this.#workspace.state?.gateway;
  }

  get products(): { id: string; title: string }[] {
    return this.#workspace.products;
  }

  title(id: string): string {
    return this.products.find((one) => one.id === id)?.title ?? id;
  }

  get tokens(): { id: string; name: string }[] {
    return this.#workspace.tokens;
  }

  get filtered(): boolean {
    return !!(this.search.trim() || this.outcome || this.product);
  }

  get #query(): Omit<ListDecisions, 'before'> {
    const search = this.search.trim();
    const byId = REQUEST_ID.test(search);
    return {
      user: byId ? '' : search,
      request_id: byId ? search : '',
      outcome: this.outcome,
      product: this.product,
      since: new Date(Date.now() - Number(this.span) * 60_000).toISOString(),
      until: '',
      limit: PAGE,
    };
  }

  async open(): Promise<void> {
    if (this.paired) await Promise.all([this.read(), this.readFigures()]);
  }

  /** Reads the newest decisions that the filters leave. */
  async read(): Promise<void> {
    clearTimeout(this.#search);
    const generation = ++this.#generation;
    const query = this.#query;
    const page = await this.reading.run(() => this.#ipc.call('decisions', { ...query, before: null }));
    if (!page || generation !== this.#generation) return;
    this.rows = page.rows;
    this.waiting = [];
    this.#next = page.next;
    this.readAt = page.read_at;
    this.loaded = true;
    announcer.say(`${count(page.rows.length, 'decision')}${page.next === null ? '' : ' and more'} found.`);
  }

  async readMore(): Promise<void> {
    const before = this.#next;
    if (before === null || this.rows.length >= MOST || this.readingMore.busy || this.reading.busy) return;
    if (this.readingMore.error) return;
    const generation = this.#generation;
    const query = this.#query;
    const page = await this.readingMore.run(() => this.#ipc.call('decisions', { ...query, before }));
    if (!page || generation !== this.#generation || before !== this.#next) return;
    this.#next = page.next;
    this.rows = [...this.rows, ...page.rows];
  }

  async readFigures(): Promise<void> {
    const figures = await this.figuring.run(() => this.#ipc.call('traffic_figures', { minutes: Number(this.span) }));
    if (figures) this.figures = figures;
  }

  /** Asks for what came since, unless paused. */
  async poll(): Promise<void> {
    if (!this.live || !this.loaded || this.polling.busy || this.reading.busy) return;
    const generation = this.#generation;
    const query = this.#query;
    const page = await this.polling.run(() => this.#ipc.call('decisions', { ...query, before: null }));
    this.#polls += 1;
    if (this.#polls % FIGURES_EVERY === 0) void this.readFigures();
    if (!page || generation !== this.#generation) return;
    this.readAt = page.read_at;
    this.reading.forget();
    const known = this.waiting[0]?.sequence ?? this.rows[0]?.sequence ?? -1;
    const fresh = page.rows.filter(({ sequence }) => sequence > known);
    if (fresh.length === 0) return;
    if (fresh.length === page.rows.length && page.next !== null) {
      // More came than fit: what lies between can be scrolled to again.
      this.#take(page.rows, page.next);
      return;
    }
    if (this.chosen && !this.describing) {
      this.waiting = [...fresh, ...this.waiting].slice(0, MOST);
    } else {
      this.rows = [...fresh, ...this.waiting, ...this.rows].slice(0, MOST);
      this.waiting = [];
    }
    announcer.say(`${count(fresh.length, 'new decision')}.`);
  }

  #take(rows: Decision[], next: number): void {
    this.rows = rows;
    this.waiting = [];
    this.#next = next;
  }

  /** Shows what came while one read. */
  showWaiting(): void {
    this.rows = [...this.waiting, ...this.rows].slice(0, MOST);
    this.waiting = [];
  }

  refilter(soon = false): void {
    clearTimeout(this.#search);
    if (soon) this.#search = setTimeout(() => void this.read(), SEARCH_AFTER_MS);
    else void this.read();
  }

  setSpan(span: Span): void {
    this.span = span;
    this.figures = null;
    void this.open();
  }

  only(filter: { outcome?: string; user?: string }): void {
    if (filter.outcome !== undefined) this.outcome = filter.outcome;
    if (filter.user !== undefined) this.search = filter.user;
    void this.read();
  }

  clear(): void {
    this.search = '';
    this.outcome = '';
    this.product = '';
    void this.read();
  }

  /** Opens the trace of a decision. */
  async choose(decision: Decision): Promise<void> {
    this.describing = false;
    this.chosen = decision;
    this.explained = null;
    const explained = await this.explaining.run(() => this.#ipc.call('explain_decision', { decision }));
    if (explained && this.chosen?.sequence === decision.sequence) {
      this.explained = explained;
      announcer.say(explained.words);
    }
  }

  close(): void {
    this.chosen = null;
    this.explained = null;
    this.describing = false;
    this.showWaiting();
  }

  /** What would become of the request that is described. */
  async ask(): Promise<void> {
    const { method, path, address, user, credential, token } = this.described;
    this.answer = null;
    const answer = await this.asking.run(() =>
      this.#ipc.call('explain_request', {
        method,
        path,
        address,
        user,
        token_id: credential === 'none' || credential === 'typed' ? '' : credential,
        token: credential === 'typed' ? token : '',
      }),
    );
    if (answer) {
      this.answer = answer;
      announcer.say(answer.words);
    }
  }
}
