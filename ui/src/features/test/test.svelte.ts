import type {
  AppEvent,
  CredentialKind,
  ErrorCode,
  ExpectedCell,
  InspectedToken,
  OwnEndpoint,
  Product,
  RoundTrip,
  RoundTripOffer,
  StartTest,
  TestCell,
  TestEndpoints,
  TestPreset,
  TestResult,
  Token,
  Way,
} from '@/ipc/bindings';
import type { Ipc, RequestOf } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { matrixReport, type Reported } from '@/shared/report';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';

export type WayChoice = Way | 'both';

/** Who a token has to work as. */
export type Expectation = 'owner' | 'anyone' | 'named';

/** What the admin has to say yes to before it is sent. */
const CONSENTS = {
  plain_http: 'allow_plain_http',
  foreign_secret: 'allow_foreign',
  would_write: 'allow_writes',
} as const satisfies Partial<Record<ErrorCode, keyof StartTest>>;

export type Consent = keyof typeof CONSENTS;

/** What is said on the button that allows it. */
export const CONSENT_WORDS = {
  plain_http: 'Send it unencrypted',
  foreign_secret: 'Send it all the same',
  would_write: 'Send what may write',
} as const satisfies Record<Consent, string>;

function consentOf(code: ErrorCode | undefined): Consent | null {
  return code !== undefined && code in CONSENTS ? (code as Consent) : null;
}

/** What is created and deleted again, while its dialog is open. */
export interface Trip {
  tokenId: string;
  productId: string;
  way: Way;
  place: string;
  /** Whether the admin was told what will be created, and has to say yes. */
  sure: boolean;
  result: RoundTrip | null;
}

export const WHO_AM_I = 'who_am_i';

export interface Place {
  tokenId: string;
  productId: string;
  way: Way;
  /** As it was chosen. */
  endpoint: string;
}

/** One row of the matrix: a token asks for an endpoint. */
export interface MatrixRow {
  token: Token;
  endpoint: string;
}

export type Cell = { state: 'running' } | { state: 'done'; result: TestResult };

/** Verdicts about the credential that a product has to give a provider's token: that is what the gateway is for. */
const EXPECTED_DIRECTLY: ReadonlySet<string> = new Set([
  'invalid_credential',
  'anonymous',
  'basic_disabled',
  'login_page',
]);

const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id);

const keyOf = ({ tokenId, productId, way, endpoint }: Place) => JSON.stringify([tokenId, productId, way, endpoint]);

/** An own endpoint that nobody has typed yet. */
const BLANK: OwnEndpoint = { id: null, name: '', product: null, method: 'GET', path: '', headers: [], body: null };

/** Tokens against products, directly and through the gateway. */
export class TestState {
  wayChoice = $state<WayChoice | null>(null);
  credential = $state<CredentialKind>('bearer');
  user = $state('');
  /** What is offered; none until it was read. */
  offered = $state.raw<TestEndpoints | null>(null);
  /** The own endpoint that is being made or changed. */
  editing = $state<OwnEndpoint | null>(null);
  expect = $state<Expectation>('owner');
  expectedUser = $state('');
  filter = $state<'all' | 'needs'>('all');
  view = $state<'body' | 'headers' | 'raw'>('body');
  selected = $state.raw<Place | null>(null);
  run = $state.raw<string | null>(null);
  pasteOpen = $state(false);
  pasteSecret = $state('');
  pasteUser = $state('');
  pasteName = $state('');
  /** Set when something was held back until the admin says so: what was asked, to ask again. */
  held = $state.raw<{ consent: Consent; request: StartTest; places: Place[] } | null>(null);
  /** What the selected token's looks say. */
  inspected = $state.raw<InspectedToken | null>(null);
  /** What the looks of what is being pasted say. */
  pastedLooks = $state.raw<InspectedToken | null>(null);
  /** What is created and deleted again. */
  trip = $state<Trip | null>(null);
  readonly starting = new Task();
  readonly cancelling = new Task();
  readonly pasting = new Task();
  readonly offering = new Task();
  readonly keeping = new Task();
  readonly looking = new Task();
  readonly tripping = new Task();
  readonly cells = new SvelteMap<string, Cell>();
  #tokens = new SvelteSet<string>();
  #without = new SvelteSet<string>();
  #endpoints = new SvelteSet<string>([WHO_AM_I]);
  /** By product, the families of endpoints that it lacks. */
  #absent = new SvelteMap<string, readonly string[]>();
  /** Tokens that may be sent to products although something speaks against it. */
  #allowed = new SvelteSet<string>();
  // Asked for by many, and made anew once for each change.
  readonly #places = $derived(this.allRows.flatMap((row) => this.placesOf(row)));
  readonly #counts = $derived.by(() => {
    const states = this.places.map((place) => this.cellAt(place)?.state);
    return {
      all: states.length,
      done: states.filter((state) => state === 'done').length,
      running: states.filter((state) => state === 'running').length,
      needs: this.places.filter((place) => this.needs(place)).length,
    };
  });
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

  /** Reads what may be asked for, once. */
  async readEndpoints(): Promise<void> {
    if (this.offered || this.offering.busy) return;
    const offered = await this.offering.run(() => this.#ipc.call('test_endpoints', {}));
    if (offered) this.offered = offered;
    await this.readApis();
  }

  /** Finds out which families of endpoints each Jira has; only there they differ. */
  async readApis(): Promise<void> {
    const unknown = this.allProducts.filter(({ id, kind }) => kind === 'jira' && !this.#absent.has(id));
    await Promise.all(
      unknown.map(async ({ id }) => {
        this.#absent.set(id, []);
        try {
          const { absent } = await this.#ipc.call('product_apis', { id });
          this.#absent.set(id, absent);
        } catch {
          // What does not answer now is offered all the same, and asked again the next time.
          this.#absent.delete(id);
        }
      }),
    );
  }

  /** Whether a chosen product may have this family of endpoints. */
  offers(kinds: readonly Product['kind'][], family: string): boolean {
    return this.products.some(({ id, kind }) => kinds.includes(kind) && !(this.#absent.get(id) ?? []).includes(family));
  }

  /** What is asked, in the order in which it is offered. */
  get endpoints(): string[] {
    const order = this.offeredIds;
    const known = order.filter((id) => this.#endpoints.has(id));
    return known.length > 0 ? known : [WHO_AM_I];
  }

  get offeredIds(): string[] {
    const { purposes = [], own = [], presets = [] } = this.offered ?? {};
    return [
      ...(purposes.length ? purposes.map(({ id }) => id) : [WHO_AM_I]),
      ...own.map(({ id }) => `own:${id}`),
      ...presets.filter(({ has_inputs: inputs }) => !inputs).map(({ id }) => id),
    ];
  }

  toggleEndpoint(id: string): void {
    if (!this.#endpoints.has(id)) {
      this.#endpoints.add(id);
    } else if (this.endpoints.length > 1) {
      this.#endpoints.delete(id);
    }
  }

  /** What an endpoint is called. */
  endpointLabel(id: string): string {
    const { purposes = [], own = [], presets = [] } = this.offered ?? {};
    return (
      purposes.find((purpose) => purpose.id === id)?.label ??
      own.find((endpoint) => `own:${endpoint.id}` === id)?.name ??
      presets.find((preset) => preset.id === id)?.label ??
      (id === WHO_AM_I ? 'Who am I' : id)
    );
  }

  /** Whether a product has an endpoint at all. */
  has(product: Product, id: string): boolean {
    const { purposes = [], own = [], presets = [] } = this.offered ?? {};
    const purpose = purposes.find((one) => one.id === id);
    const lacks = (family: string) => (this.#absent.get(product.id) ?? []).includes(family);
    if (purpose) return purpose.products.includes(product.kind) && !lacks(purpose.family);
    const mine = own.find((one) => `own:${one.id}` === id);
    if (mine) return mine.product === null || mine.product === product.kind;
    const preset = presets.find((one) => one.id === id);
    return preset ? preset.product === product.kind && !lacks(preset.family) : true;
  }

  /** Opens the editor: empty, with an own endpoint, or with a preset that has to be filled in. */
  edit(from: OwnEndpoint | TestPreset | null = null): void {
    this.keeping.forget();
    if (from === null) {
      this.editing = structuredClone(BLANK);
    } else if ('has_inputs' in from) {
      const { label, product, method, path, headers, body } = from;
      this.editing = { ...structuredClone(BLANK), name: label, product, method, path, headers: [...headers], body };
    } else {
      this.editing = { ...from, headers: from.headers.map((header) => ({ ...header })) };
    }
  }

  async keepEndpoint(): Promise<void> {
    const { editing } = this;
    if (!editing) return;
    const before = new Set(this.offered?.own.map(({ id }) => id));
    const offered = await this.keeping.run(() => this.#ipc.call('save_endpoint', $state.snapshot(editing)));
    if (offered) {
      this.offered = offered;
      offered.own.filter(({ id }) => !before.has(id)).forEach(({ id }) => this.#endpoints.add(`own:${id}`));
      this.editing = null;
    }
  }

  async removeEndpoint(id: string): Promise<void> {
    const offered = await this.keeping.run(() => this.#ipc.call('remove_endpoint', { id }));
    if (offered) {
      this.offered = offered;
      this.#endpoints.delete(`own:${id}`);
      this.editing = null;
    }
  }

  /** Every place of the matrix. */
  get places(): Place[] {
    return this.#places;
  }

  /** Every row of the matrix, as far as a product has the endpoint. */
  get allRows(): MatrixRow[] {
    return this.tokens.flatMap((token) =>
      this.endpoints
        .filter((endpoint) => this.products.some((product) => this.has(product, endpoint)))
        .map((endpoint) => ({ token, endpoint })),
    );
  }

  placesOf({ token, endpoint }: MatrixRow): Place[] {
    return this.products
      .filter((product) => this.has(product, endpoint))
      .flatMap((product) => this.ways.map((way) => ({ tokenId: token.id, productId: product.id, way, endpoint })));
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
  get rows(): MatrixRow[] {
    return this.filter === 'all'
      ? this.allRows
      : this.allRows.filter((row) => this.placesOf(row).some((place) => this.needs(place)));
  }

  get counts(): { all: number; done: number; running: number; needs: number } {
    return this.#counts;
  }

  get running(): boolean {
    return this.run !== null || this.starting.busy;
  }

  isSelected(place: Place): boolean {
    return this.selected !== null && keyOf(this.selected) === keyOf(place);
  }

  /** The chosen cell, when it was not tested yet. */
  get untested(): Place | null {
    const place = this.selected;
    return place && this.cellAt(place)?.state !== 'done' ? place : null;
  }

  get detail(): {
    place: Place;
    result: TestResult;
    reported: Reported;
    token: Token | null;
    product: Product | null;
  } | null {
    const place = this.selected;
    const cell = place ? this.cellAt(place) : null;
    const reported = place && this.reported(place);
    if (!place || !reported || cell?.state !== 'done') {
      return null;
    }
    return {
      place,
      result: cell.result,
      reported,
      token: this.allTokens.find(({ id }) => id === place.tokenId) ?? null,
      product: this.allProducts.find(({ id }) => id === place.productId) ?? null,
    };
  }

  async start(): Promise<void> {
    await this.#start(this.request, this.places);
  }

  /** Tests one cell again. */
  async again(place: Place): Promise<void> {
    const token = this.allTokens.filter(({ id }) => id === place.tokenId);
    const product = this.allProducts.filter(({ id }) => id === place.productId);
    await this.#start(this.#request(token, product, [place.way], [place.endpoint]), [place]);
  }

  /** Sends what was held back. Where a secret may go is remembered; a write is asked about each time. */
  async sendHeld(): Promise<void> {
    const { held } = this;
    if (!held) return;
    const { consent, request, places } = held;
    if (consent !== 'would_write') {
      this.#pairs(consent, request.tokens, request.products).forEach((pair) => this.#allowed.add(pair));
    }
    await this.#start({ ...request, [CONSENTS[consent]]: true }, places);
  }

  #pairs(consent: Consent, tokens: readonly string[], products: readonly string[]): string[] {
    return tokens.flatMap((token) => products.map((product) => JSON.stringify([consent, token, product])));
  }

  #isAllowed(consent: Consent, tokens: readonly string[], products: readonly string[]): boolean {
    const pairs = this.#pairs(consent, tokens, products);
    return pairs.length > 0 && pairs.every((pair) => this.#allowed.has(pair));
  }

  /** Looks at the token of a place without sending it. */
  async inspect({ tokenId, productId, way }: Place): Promise<void> {
    this.inspected = await this.#look({ token_id: tokenId, secret: null, product_id: productId, way });
  }

  /** Looks at what is being pasted. */
  async inspectPasted(): Promise<void> {
    const secret = this.pasteSecret.trim();
    this.pastedLooks =
      secret === '' || this.pasteUser.trim()
        ? null
        : await this.#look({ token_id: null, secret, product_id: null, way: null });
  }

  async #look(request: RequestOf<'inspect_token'>): Promise<InspectedToken | null> {
    const looked = await this.looking.run(() => this.#ipc.call('inspect_token', request));
    return looked ?? null;
  }

  /** Opens the dialog of what is created and deleted again. */
  beginTrip(): void {
    const token = this.tokens[0];
    const product = this.products[0];
    if (!token || !product) return;
    this.tripping.forget();
    this.trip = {
      tokenId: token.id,
      productId: product.id,
      way: this.ways[this.ways.length - 1] ?? 'direct',
      place: '',
      sure: false,
      result: null,
    };
  }

  /** What would be created where the dialog stands. */
  get tripOffer(): RoundTripOffer | null {
    const { trip } = this;
    const kind = this.allProducts.find(({ id }) => id === trip?.productId)?.kind;
    return this.offered?.round_trips.find(({ product }) => product === kind) ?? null;
  }

  /** Creates and deletes; `consent` allows what was refused before. */
  async runTrip(consent: Consent | null = null): Promise<void> {
    const { trip } = this;
    if (!trip) return;
    const { tokenId, productId, way, place } = trip;
    if (consent) {
      this.#pairs(consent, [tokenId], [productId]).forEach((pair) => this.#allowed.add(pair));
    }
    const result = await this.tripping.run(() =>
      this.#ipc.call('create_and_delete', {
        token_id: tokenId,
        product_id: productId,
        way,
        credential: this.credential,
        user: this.credential === 'basic' ? this.user.trim() || null : null,
        place: place.trim(),
        allow_plain_http: this.#isAllowed('plain_http', [tokenId], [productId]),
        allow_foreign: this.#isAllowed('foreign_secret', [tokenId], [productId]),
      }),
    );
    if (this.trip !== trip) return;
    if (result) {
      trip.result = result;
      announcer.say(result.message);
    } else if (this.tripping.at('place')) {
      trip.sure = false;
    }
  }

  /** What keeps the dialog from going on and can be allowed. */
  get tripConsent(): Consent | null {
    return consentOf(this.tripping.error?.code);
  }

  /** What the matrix asks. */
  get request(): StartTest {
    return this.#request(this.tokens, this.products, this.ways, this.endpoints);
  }

  /** What came of the matrix, for a check that wants it to stay so. */
  get outcome(): ExpectedCell[] {
    return this.places.flatMap((place) => {
      const cell = this.cellAt(place);
      return cell?.state === 'done'
        ? [
            {
              token_id: place.tokenId,
              product_id: place.productId,
              way: place.way,
              endpoint: place.endpoint,
              verdict: cell.result.verdict,
            },
          ]
        : [];
    });
  }

  /** A tested place as a report has it. */
  reported(place: Place): Reported | null {
    const cell = this.cellAt(place);
    if (cell?.state !== 'done') return null;
    return {
      token: this.allTokens.find(({ id }) => id === place.tokenId)?.name ?? place.tokenId,
      product: place.productId,
      way: place.way,
      endpoint: this.endpointLabel(place.endpoint),
      expectedUser: cell.result.expected_user,
      result: cell.result,
    };
  }

  /** The whole matrix as Markdown. */
  report(title: string): string {
    return matrixReport(
      title,
      this.places.flatMap((place) => {
        const reported = this.reported(place);
        return reported ? [{ ...reported, needs: this.needs(place) }] : [];
      }),
    );
  }

  #request(tokens: Token[], products: Product[], ways: Way[], endpoints: string[]): StartTest {
    return {
      tokens: tokens.map(({ id }) => id),
      products: products.map(({ id }) => id),
      ways,
      credential: this.credential,
      user: this.credential === 'basic' ? this.user.trim() || null : null,
      endpoints,
      expected_user: this.expect === 'named' ? this.expectedUser.trim() || null : null,
      expect_owner: this.expect === 'owner',
      allow_plain_http: this.#isAllowed('plain_http', ids(tokens), ids(products)),
      allow_foreign: this.#isAllowed('foreign_secret', ids(tokens), ids(products)),
      allow_writes: false,
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
    this.held = null;
    const run = await this.starting.run(() => this.#ipc.call('start_test', request));
    if (!run) {
      for (const [key, cell] of before) {
        if (cell) this.cells.set(key, cell);
        else this.cells.delete(key);
      }
      const consent = consentOf(this.starting.error?.code);
      if (consent) this.held = { consent, request, places };
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
    const place = { tokenId: cell.token_id, productId: cell.product_id, way: cell.way, endpoint: cell.endpoint };
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
    this.pastedLooks = null;
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
