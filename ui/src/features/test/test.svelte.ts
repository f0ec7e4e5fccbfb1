import type { AppEvent, CredentialKind, Product, StartTest, TestCell, TestResult, Token, Way } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

export type WayChoice = Way | 'both';

export interface Place {
  tokenId: string;
  productId: string;
  way: Way;
}

export type Cell = { state: 'running' } | { state: 'done'; result: TestResult };

/** Verdicts about the credential that a product has to give a provider's token: that is what the gateway is for. */
const EXPECTED_DIRECTLY: ReadonlySet<string> = new Set([
  'invalid_credential',
  'anonymous',
  'basic_disabled',
  'login_page',
]);

const keyOf = ({ tokenId, productId, way }: Place) => JSON.stringify([tokenId, productId, way]);

/** Tokens against products, directly and through the gateway. */
export class TestState {
  wayChoice = $state<WayChoice | null>(null);
  credential = $state<CredentialKind>('bearer');
  user = $state('');
  endpoint = $state('');
  expectedUser = $state('');
  filter = $state<'all' | 'needs'>('all');
  view = $state<'body' | 'headers' | 'raw'>('body');
  selected = $state.raw<Place | null>(null);
  run = $state.raw<string | null>(null);
  pasteOpen = $state(false);
  pasteSecret = $state('');
  pasteUser = $state('');
  pasteName = $state('');
  /** Set when a secret would have travelled unencrypted: what was asked, to ask again when the admin says so. */
  plainHttp = $state.raw<StartTest | null>(null);
  readonly starting = new Task();
  readonly cancelling = new Task();
  readonly pasting = new Task();
  readonly cells = new SvelteMap<string, Cell>();
  #tokens = new SvelteSet<string>();
  #without = new SvelteSet<string>();
  #early: AppEvent[] = [];
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get allTokens(): Token[] {
    return this.#workspace.tokens;
  }

  get allProducts(): Product[] {
    return this.#workspace.products;
  }

  /** The chosen tokens; when none was chosen, the one that was worked with last. */
  get tokens(): Token[] {
    const chosen = this.allTokens.filter(({ id }) => this.#tokens.has(id));
    if (chosen.length > 0) {
      return chosen;
    }
    const last = this.#workspace.token;
    return last ? [last] : [];
  }

  get products(): Product[] {
    return this.allProducts.filter(({ id }) => !this.#without.has(id));
  }

  get hasGateway(): boolean {
    return !!this.#workspace.state?.gateway;
  }

  get ways(): Way[] {
    const choice = this.way;
    return choice === 'both' ? ['direct', 'gateway'] : [choice];
  }

  get way(): WayChoice {
    return this.hasGateway ? (this.wayChoice ?? 'both') : 'direct';
  }

  toggleToken(id: string): void {
    const before = this.tokens;
    if (this.#tokens.size === 0) {
      before.forEach((token) => this.#tokens.add(token.id));
    }
    if (this.#tokens.has(id) && this.tokens.length > 1) {
      this.#tokens.delete(id);
    } else {
      this.#tokens.add(id);
    }
  }

  toggleProduct(id: string): void {
    if (this.#without.has(id)) {
      this.#without.delete(id);
    } else if (this.products.length > 1) {
      this.#without.add(id);
    }
  }

  /** Every place of the matrix. */
  get places(): Place[] {
    return this.tokens.flatMap((token) =>
      this.products.flatMap((product) => this.ways.map((way) => ({ tokenId: token.id, productId: product.id, way }))),
    );
  }

  cellAt(place: Place): Cell | null {
    return this.cells.get(keyOf(place)) ?? null;
  }

  /**
   * Whether a failure is what was to be expected: a provider's token sent to a product itself, while the same token is
   * also sent through the gateway. Such a cell is said in words and not marked.
   */
  expected(place: Place): boolean {
    const cell = this.cellAt(place);
    if (cell?.state !== 'done' || place.way !== 'direct' || !this.ways.includes('gateway')) {
      return false;
    }
    const token = this.allTokens.find(({ id }) => id === place.tokenId);
    return !!token?.provider_id && EXPECTED_DIRECTLY.has(cell.result.verdict);
  }

  needs(place: Place): boolean {
    const cell = this.cellAt(place);
    return (
      cell?.state === 'done' && (cell.result.tone === 'bad' || cell.result.tone === 'warning') && !this.expected(place)
    );
  }

  /** The rows that the filter leaves. */
  get rows(): Token[] {
    return this.filter === 'all'
      ? this.tokens
      : this.tokens.filter((token) => this.places.some((place) => place.tokenId === token.id && this.needs(place)));
  }

  get counts(): { all: number; done: number; running: number; needs: number } {
    const places = this.places;
    const states = places.map((place) => this.cellAt(place)?.state);
    return {
      all: places.length,
      done: states.filter((state) => state === 'done').length,
      running: states.filter((state) => state === 'running').length,
      needs: places.filter((place) => this.needs(place)).length,
    };
  }

  get running(): boolean {
    return this.run !== null || this.starting.busy;
  }

  isSelected(place: Place): boolean {
    return this.selected !== null && keyOf(this.selected) === keyOf(place);
  }

  get detail(): { place: Place; result: TestResult; token: Token | null; product: Product | null } | null {
    const place = this.selected;
    const cell = place ? this.cellAt(place) : null;
    if (!place || cell?.state !== 'done') {
      return null;
    }
    return {
      place,
      result: cell.result,
      token: this.allTokens.find(({ id }) => id === place.tokenId) ?? null,
      product: this.allProducts.find(({ id }) => id === place.productId) ?? null,
    };
  }

  async start(): Promise<void> {
    await this.#start(this.#request(this.tokens, this.products, this.ways), this.places);
  }

  /** Tests one cell again. */
  async again(place: Place): Promise<void> {
    const token = this.allTokens.filter(({ id }) => id === place.tokenId);
    const product = this.allProducts.filter(({ id }) => id === place.productId);
    await this.#start(this.#request(token, product, [place.way]), [place]);
  }

  /** Sends what was held back because it would travel unencrypted. */
  async sendPlain(): Promise<void> {
    const held = this.plainHttp;
    if (held) {
      const places = held.tokens.flatMap((tokenId) =>
        held.products.flatMap((productId) => held.ways.map((way) => ({ tokenId, productId, way }))),
      );
      await this.#start({ ...held, allow_plain_http: true }, places);
    }
  }

  #request(tokens: Token[], products: Product[], ways: Way[]): StartTest {
    return {
      tokens: tokens.map(({ id }) => id),
      products: products.map(({ id }) => id),
      ways,
      credential: this.credential,
      user: this.credential === 'basic' ? this.user.trim() || null : null,
      endpoint: this.endpoint.trim() || null,
      expected_user: this.expectedUser.trim() || null,
      allow_plain_http: false,
    };
  }

  async #start(request: StartTest, places: Place[]): Promise<void> {
    if (this.running || places.length === 0) {
      return;
    }
    const before = places.map((place) => [keyOf(place), this.cellAt(place)] as const);
    for (const place of places) {
      this.cells.set(keyOf(place), { state: 'running' });
    }
    this.#early = [];
    this.plainHttp = null;
    const run = await this.starting.run(() => this.#ipc.call('start_test', request));
    if (!run) {
      for (const [key, cell] of before) {
        if (cell) this.cells.set(key, cell);
        else this.cells.delete(key);
      }
      if (this.starting.error?.code === 'plain_http') {
        this.plainHttp = request;
      }
      return;
    }
    this.run = run.run;
    const early = this.#early;
    this.#early = [];
    early.forEach((event) => this.hear(event));
  }

  hear(event: AppEvent): void {
    if (event.event !== 'test_cell' && event.event !== 'test_finished') {
      return;
    }
    if (this.run === null && this.starting.busy) {
      this.#early.push(event);
      return;
    }
    if (event.run !== this.run) {
      return;
    }
    if (event.event === 'test_cell') {
      this.#take(event.cell);
    } else {
      this.#finish(event.cancelled);
    }
  }

  #take(cell: TestCell): void {
    const place = { tokenId: cell.token_id, productId: cell.product_id, way: cell.way };
    this.cells.set(keyOf(place), { state: 'done', result: cell.result });
    const selected = this.selected && this.cellAt(this.selected);
    if (!selected || (this.needs(place) && this.selected && !this.needs(this.selected))) {
      this.selected = place;
    }
  }

  #finish(cancelled: boolean): void {
    this.run = null;
    for (const [key, cell] of this.cells) {
      if (cell.state === 'running') {
        this.cells.delete(key);
      }
    }
    announcer.say(cancelled ? 'The test was cancelled.' : this.standing.text);
  }

  async cancel(): Promise<void> {
    const run = this.run;
    if (run) {
      const answer = await this.cancelling.run(() => this.#ipc.call('cancel_test', { run }));
      if (answer && this.run === run) {
        this.#finish(true);
      }
    }
  }

  /** Keeps a token for the test and chooses it. */
  async paste(): Promise<void> {
    const token = await this.pasting.run(() =>
      this.#ipc.call('paste_token', {
        name: this.pasteName.trim(),
        provider_id: null,
        user: this.pasteUser.trim() || null,
        secret: this.pasteSecret.trim(),
      }),
    );
    if (token) {
      this.#workspace.keepToken(token);
      this.#tokens.clear();
      this.#tokens.add(token.id);
      if (token.user) {
        this.credential = 'basic';
      }
      this.closePaste();
    }
  }

  closePaste(): void {
    this.pasteOpen = false;
    this.pasteSecret = '';
    this.pasteUser = '';
    this.pasteName = '';
    this.pasting.forget();
  }

  /** Where this stands, for the bar below. */
  get standing(): { mood: Mood; text: string } {
    if (this.tokens.length === 0 || this.products.length === 0) {
      const what = this.tokens.length === 0 ? 'a token' : 'a product';
      return { mood: 'todo', text: `A test needs ${what}.` };
    }
    if (this.starting.error) {
      return { mood: 'bad', text: 'The test was not started. Nothing was sent.' };
    }
    const { all, done, running, needs } = this.counts;
    if (running > 0) {
      return { mood: 'running', text: `${done} of ${all} done${needs ? `, ${needs} need you` : ''}.` };
    }
    if (done === 0) {
      return { mood: 'todo', text: `${count(all, 'cell')} to test. Nothing was sent yet.` };
    }
    if (needs > 0) {
      return {
        mood: 'warning',
        text: `${needs} of ${all} ${needs === 1 ? 'needs' : 'need'} you. Only what differs from what is expected is marked.`,
      };
    }
    return done < all
      ? { mood: 'unknown', text: `${done} of ${all} tested, all as expected.` }
      : { mood: 'good', text: `${count(all, 'cell')} tested, all as expected.` };
  }
}
