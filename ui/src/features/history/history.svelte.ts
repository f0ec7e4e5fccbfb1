import type {
  AppEvent,
  ExportedHistory,
  HistoryEntry,
  HistoryFilter,
  HistoryFormat,
  HistoryLimits,
  HistoryRow,
  Verdict,
  Way,
} from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';

/** How many rows are read at a time. */
export const PAGE = 200;
/** How long typing rests before it is searched. */
export const SEARCH_AFTER_MS = 200;

export const WHEN = {
  any: { label: 'Any time', hours: null },
  hour: { label: 'Last hour', hours: 1 },
  day: { label: 'Last 24 hours', hours: 24 },
  week: { label: 'Last 7 days', hours: 168 },
  month: { label: 'Last 30 days', hours: 720 },
} as const;
export type When = keyof typeof WHEN;

/** Verdicts as they are chosen: those that one looks for together. */
export const VERDICT_GROUPS: Record<string, { label: string; verdicts: Verdict[] }> = {
  any: { label: 'Any', verdicts: [] },
  good: { label: 'Valid', verdicts: ['valid'] },
  person: { label: 'Wrong user or nobody', verdicts: ['valid_other_user', 'anonymous'] },
  credential: {
    label: 'Credential refused',
    verdicts: ['invalid_credential', 'expired', 'revoked', 'not_yet_valid', 'basic_disabled', 'wrong_audience'],
  },
  locked: { label: 'Locked', verdicts: ['captcha_required'] },
  rights: { label: 'Rights missing', verdicts: ['no_product_access', 'permission_missing', 'scope_missing'] },
  gateway: { label: 'Refused by the gateway', verdicts: ['gateway_refused'] },
  network: {
    label: 'Not reached',
    verdicts: ['proxy_error', 'tls_error', 'dns_error', 'connect_error', 'timeout', 'product_unavailable'],
  },
  other: {
    label: 'Something else',
    verdicts: ['wrong_base_path', 'login_page', 'rate_limited', 'clock_skew', 'not_tried', 'unexpected_answer'],
  },
};

/** Every test that was made, found again. */
export class HistoryState {
  search = $state('');
  when = $state<When>('any');
  verdict = $state('any');
  product = $state('');
  token = $state('');
  user = $state('');
  way = $state<Way | 'both'>('both');
  view = $state<'body' | 'headers' | 'raw'>('body');
  rows = $state.raw<HistoryRow[]>([]);
  matching = $state(0);
  kept = $state(0);
  tokens = $state.raw<string[]>([]);
  products = $state.raw<string[]>([]);
  entry = $state.raw<HistoryEntry | null>(null);
  limits = $state.raw<HistoryLimits | null>(null);
  /** Whether it was read at all. */
  loaded = $state(false);
  /** Tests that were made since the list was read. */
  newer = $state(false);
  chosen = $state<number | null>(null);
  exported = $state.raw<ExportedHistory | null>(null);
  readonly reading = new Task();
  readonly more = new Task();
  readonly opening = new Task();
  readonly exporting = new Task();
  readonly limiting = new Task();
  #next: string | null = null;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ipc: Ipc;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  get filter(): HistoryFilter {
    const hours = WHEN[this.when].hours;
    return {
      verdicts: VERDICT_GROUPS[this.verdict]?.verdicts ?? [],
      product: this.product || null,
      token: this.token || null,
      user: this.user.trim() || null,
      way: this.way === 'both' ? null : this.way,
      since: hours === null ? null : new Date(Date.now() - hours * 3_600_000).toISOString(),
      until: null,
      search: this.search.trim(),
    };
  }

  get filtered(): boolean {
    return (
      this.when !== 'any' ||
      this.verdict !== 'any' ||
      this.product !== '' ||
      this.token !== '' ||
      this.user.trim() !== '' ||
      this.way !== 'both' ||
      this.search.trim() !== ''
    );
  }

  /** Reads the newest tests that the filters leave. */
  async read(): Promise<void> {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    this.newer = false;
    const page = await this.reading.run(() =>
      this.#ipc.call('history', { filter: this.filter, after: null, limit: PAGE }),
    );
    if (!page || generation !== this.#generation) return;
    this.rows = page.rows;
    this.#next = page.next;
    this.matching = page.matching ?? page.rows.length;
    this.kept = page.kept ?? page.rows.length;
    this.tokens = page.tokens;
    this.products = page.products;
    this.loaded = true;
    if (!this.rows.some(({ id }) => id === this.chosen)) {
      this.chosen = null;
      this.entry = null;
    }
    announcer.say(`${count(this.matching, 'test')} found.`);
    this.limits ??= (await this.limiting.run(() => this.#ipc.call('history_limits', {}))) ?? null;
  }

  /** Reads again after a filter changed; `soon` waits until typing rests. */
  refilter(soon = false): void {
    clearTimeout(this.#timer);
    if (soon) {
      this.#timer = setTimeout(() => void this.read(), SEARCH_AFTER_MS);
    } else {
      void this.read();
    }
  }

  clear(): void {
    this.search = '';
    this.when = 'any';
    this.verdict = 'any';
    this.product = '';
    this.token = '';
    this.user = '';
    this.way = 'both';
    void this.read();
  }

  /** Reads the rows below, as somebody scrolls there. */
  async readMore(): Promise<void> {
    const after = this.#next;
    if (!after || this.more.busy || this.reading.busy || this.more.error) return;
    const generation = this.#generation;
    const { filter } = this;
    const page = await this.more.run(() => this.#ipc.call('history', { filter, after, limit: PAGE }));
    // What stands there is not read twice, however often the end comes into view.
    if (!page || generation !== this.#generation || after !== this.#next) return;
    this.#next = page.next;
    this.rows = [...this.rows, ...page.rows];
  }

  async choose(row: HistoryRow): Promise<void> {
    this.chosen = row.id;
    const entry = await this.opening.run(() => this.#ipc.call('history_entry', { id: row.id }));
    if (entry && this.chosen === row.id) {
      this.entry = entry;
    }
  }

  async export(format: HistoryFormat): Promise<void> {
    this.exported = null;
    const written = await this.exporting.run(() => this.#ipc.call('export_history', { filter: this.filter, format }));
    if (written) {
      this.exported = written;
      announcer.say(`${count(written.rows, 'test')} written to ${written.path}.`);
    }
  }

  async limit(limits: HistoryLimits): Promise<boolean> {
    const kept = await this.limiting.run(() => this.#ipc.call('set_history_limits', limits));
    if (!kept) return false;
    this.limits = kept;
    await this.read();
    return true;
  }

  hear(event: AppEvent): void {
    if (event.event === 'test_finished' || event.event === 'check_finished') {
      this.newer = this.loaded;
    }
  }
}
