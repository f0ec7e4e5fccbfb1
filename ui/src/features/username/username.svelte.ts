import type {
  LookedUp,
  LookUpOutcome,
  MatchBy,
  Product,
  Provider,
  Token,
  Transform,
  Userinfo,
  UsernameRule,
  UsernameSource,
} from '@/ipc/bindings';
import { asCallError, type Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { listed } from '@/shared/format';
import { atPointer } from '@/shared/json';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap } from 'svelte/reactivity';
import { likelyMatch, TRANSFORM_WORDS, transformed } from './transform';

export type LookUp =
  { state: 'running' } | { state: 'answered'; answer: LookedUp } | { state: 'failed'; message: string };

export interface Row {
  from: UsernameSource;
  pointer: string;
  value: string;
  gatewaySeesIt: boolean;
}

export const OUTCOME_MOODS = {
  found: 'good',
  inactive: 'warning',
  ambiguous: 'warning',
  not_found: 'bad',
  invalid_value: 'bad',
  not_asked: 'unknown',
} as const satisfies Record<LookUpOutcome, Mood>;

/** How many products are asked at the same time. */
const AT_ONCE = 4;

/** What is chosen for one token; it stays until it is saved. */
class Draft {
  from = $state<UsernameSource>('userinfo');
  pointer = $state<string | null>(null);
  transform = $state<Transform[]>([]);
  matchBy = $state<MatchBy>('username');
  /** Whether the admin chose how products are asked; until then it follows the value. */
  matchChosen = $state(false);
  /** What was clicked though nothing marked it. */
  clicked = $state<Row[]>([]);
}

/** Which attribute is the username: the userinfo answer, its candidates, and a look-up of each in every product. */
export class UsernameState {
  source = $state<UsernameSource>('userinfo');
  view = $state<'tree' | 'raw'>('tree');
  personTyped = $state('');
  people = $state<string[]>([]);
  readonly reading = new Task();
  readonly saving = new Task();
  #answers = new SvelteMap<string, Userinfo>();
  #drafts = new SvelteMap<string, Draft>();
  #lookUps = new SvelteMap<string, LookUp>();
  #queue: (() => Promise<void>)[] = [];
  #running = 0;
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get token(): Token | null {
    return this.#workspace.token;
  }

  get products(): Product[] {
    return this.#workspace.products;
  }

  get provider(): Provider | null {
    return this.#workspace.providers.find(({ id }) => id === this.token?.provider_id) ?? null;
  }

  get answer(): Userinfo | null {
    return this.token ? (this.#answers.get(this.token.id) ?? null) : null;
  }

  get #draft(): Draft | null {
    return this.token ? (this.#drafts.get(this.token.id) ?? null) : null;
  }

  get pointer(): string | null {
    return this.#draft?.pointer ?? null;
  }

  get from(): UsernameSource {
    return this.#draft?.from ?? 'userinfo';
  }

  get transform(): readonly Transform[] {
    return this.#draft?.transform ?? [];
  }

  get matchBy(): MatchBy {
    const chosen = this.chosenRow;
    const draft = this.#draft;
    if (!draft) {
      return 'username';
    }
    return draft.matchChosen || !chosen ? draft.matchBy : likelyMatch(chosen.value, draft.transform);
  }

  chooseToken(id: string): void {
    this.#workspace.tokenId = id;
    this.reading.forget();
    this.saving.forget();
    void this.readOnce();
  }

  /** Asks for the userinfo of the token, unless it was read already. */
  async readOnce(): Promise<void> {
    if (this.answer) {
      // What failed may have been mended in the meantime.
      for (const [key, lookUp] of this.#lookUps) {
        if (lookUp.state === 'failed' || (lookUp.state === 'answered' && lookUp.answer.outcome === 'not_asked')) {
          this.#lookUps.delete(key);
        }
      }
      this.lookUpAll();
    } else if (this.token) {
      await this.read();
    }
  }

  async read(): Promise<void> {
    const token = this.token;
    if (!token) {
      return;
    }
    const answer = await this.reading.run(() => this.#ipc.call('userinfo', { id: token.id }));
    if (!answer) {
      return;
    }
    this.#answers.set(token.id, answer);
    this.source = 'userinfo';
    if (!this.#drafts.has(token.id)) {
      const draft = new Draft();
      this.#drafts.set(token.id, draft);
      this.#take(draft, this.provider?.username ?? answer.rule);
    }
    announcer.say(`Userinfo was read; ${answer.candidates.length} likely values.`);
    this.#lookUps.clear();
    this.lookUpAll();
  }

  #take(draft: Draft, rule: UsernameRule | null): void {
    if (rule) {
      draft.from = rule.from;
      draft.pointer = rule.pointer;
      draft.transform = [...rule.transform];
      draft.matchBy = rule.match_by;
      draft.matchChosen = true;
    }
  }

  /** The answer that `source` stands for. */
  valueOf(source: UsernameSource): unknown {
    const answer = this.answer;
    switch (source) {
      case 'userinfo':
        return answer?.userinfo;
      case 'token':
        return answer?.token_claims;
      case 'id_token':
        return answer?.id_token_claims;
    }
  }

  get sources(): UsernameSource[] {
    const all: UsernameSource[] = ['userinfo', 'token', 'id_token'];
    return all.filter((source) => source === 'userinfo' || isFilled(this.valueOf(source)));
  }

  /** The values that could be it: the marked ones, what was clicked, and what is chosen. */
  get rows(): Row[] {
    const rows: Row[] = (this.answer?.candidates ?? []).map(({ from, pointer, value, gateway_sees_it }) => ({
      from,
      pointer,
      value,
      gatewaySeesIt: gateway_sees_it,
    }));
    const draft = this.#draft;
    const more = [...(draft?.clicked ?? [])];
    if (draft?.pointer !== null && draft?.pointer !== undefined) {
      more.push(this.#row(draft.from, draft.pointer));
    }
    for (const row of more) {
      if (!rows.some(({ from, pointer }) => from === row.from && pointer === row.pointer)) {
        rows.push(row);
      }
    }
    return rows;
  }

  #row(from: UsernameSource, pointer: string): Row {
    const value = atPointer(this.valueOf(from), pointer);
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    return { from, pointer, value: text, gatewaySeesIt: from !== 'id_token' };
  }

  get chosenRow(): Row | null {
    const draft = this.#draft;
    return this.rows.find(({ from, pointer }) => from === draft?.from && pointer === draft.pointer) ?? null;
  }

  /** The username of this token's owner under the rule that is chosen. */
  get result(): string | null {
    return this.chosenRow ? transformed(this.chosenRow.value, this.transform) : null;
  }

  choose(from: UsernameSource, pointer: string): void {
    const draft = this.#draft;
    if (!draft) {
      return;
    }
    if (!this.rows.some((row) => row.from === from && row.pointer === pointer)) {
      draft.clicked.push(this.#row(from, pointer));
    }
    draft.from = from;
    draft.pointer = pointer;
    draft.matchChosen = false;
    this.saving.forget();
    this.lookUpAll();
  }

  addStep(step: Transform): void {
    this.#draft?.transform.push(step);
    this.lookUpAll();
  }

  removeStep(index: number): void {
    this.#draft?.transform.splice(index, 1);
    this.lookUpAll();
  }

  setMatch(matchBy: MatchBy): void {
    const draft = this.#draft;
    if (draft) {
      draft.matchBy = matchBy;
      draft.matchChosen = true;
      this.lookUpAll();
    }
  }

  addPerson(): void {
    const value = this.personTyped.trim();
    if (value && !this.people.includes(value)) {
      this.people.push(value);
      this.lookUpAll();
    }
    this.personTyped = '';
  }

  removePerson(value: string): void {
    this.people = this.people.filter((other) => other !== value);
  }

  /** How a row's value is looked for. */
  matchOf(row: Row): MatchBy {
    const chosen = this.chosenRow;
    return chosen && row.from === chosen.from && row.pointer === chosen.pointer
      ? this.matchBy
      : likelyMatch(row.value, this.transform);
  }

  lookUpOf(productId: string, value: string, matchBy: MatchBy): LookUp | null {
    return this.#lookUps.get(this.#key(productId, value, matchBy)) ?? null;
  }

  #key(productId: string, value: string, matchBy: MatchBy): string {
    return JSON.stringify([productId, value, this.transform, matchBy]);
  }

  /** Asks every product for every row that was not asked like this yet. */
  lookUpAll(): void {
    const wanted = [
      ...this.rows.map((row) => ({ value: row.value, matchBy: this.matchOf(row) })),
      ...this.people.map((value) => ({ value, matchBy: this.matchBy })),
    ];
    for (const { value, matchBy } of wanted) {
      for (const product of this.products) {
        const key = this.#key(product.id, value, matchBy);
        if (!this.#lookUps.has(key)) {
          this.#lookUps.set(key, { state: 'running' });
          const transform = [...this.transform];
          this.#queue.push(() => this.#lookUp(key, product.id, value, transform, matchBy));
        }
      }
    }
    this.#work();
  }

  #work(): void {
    while (this.#running < AT_ONCE) {
      const next = this.#queue.shift();
      if (!next) {
        return;
      }
      this.#running += 1;
      void next().finally(() => {
        this.#running -= 1;
        this.#work();
      });
    }
  }

  async #lookUp(
    key: string,
    productId: string,
    value: string,
    transform: Transform[],
    matchBy: MatchBy,
  ): Promise<void> {
    try {
      const answer = await this.#ipc.call('look_up_user', {
        product_id: productId,
        value,
        transform,
        match_by: matchBy,
      });
      this.#lookUps.set(key, { state: 'answered', answer });
    } catch (cause) {
      const error = asCallError(cause);
      this.#lookUps.set(key, { state: 'failed', message: [error.message, error.hint].filter(Boolean).join('. ') });
    }
    if (this.#running === 1 && this.#queue.length === 0) {
      announcer.say(this.standing.text);
    }
  }

  get rule(): UsernameRule | null {
    const { pointer, from } = this;
    return pointer === null ? null : { from, pointer, transform: [...this.transform], match_by: this.matchBy };
  }

  get dirty(): boolean {
    const rule = this.rule;
    const kept = this.provider?.username ?? null;
    return (
      rule !== null &&
      (kept === null ||
        kept.from !== rule.from ||
        kept.pointer !== rule.pointer ||
        kept.match_by !== rule.match_by ||
        kept.transform.join() !== rule.transform.join())
    );
  }

  /** Why the rule cannot be kept, when it cannot. */
  get obstacle(): string | null {
    if (!this.provider) {
      return 'This token belongs to no provider that is kept here; the rule is kept with its provider.';
    }
    if (this.chosenRow && !this.chosenRow.gatewaySeesIt) {
      return 'The gateway gets the access token alone: an ID token never reaches it. Choose a value that it can see.';
    }
    return null;
  }

  async save(): Promise<void> {
    const { rule, provider } = this;
    if (!rule || !provider) {
      return;
    }
    const saved = await this.saving.run(() => this.#ipc.call('save_username_rule', { provider_id: provider.id, rule }));
    if (saved) {
      this.#workspace.keepProvider(saved);
      announcer.say('The username rule was saved.');
    }
  }

  /** Where this stands, for the bar below. */
  get standing(): { mood: Mood; text: string } {
    if (!this.token) {
      return { mood: 'todo', text: 'No token yet. The username is read with one.' };
    }
    if (this.reading.busy) {
      return { mood: 'running', text: 'Asking the provider whose token it is.' };
    }
    if (this.reading.error) {
      return { mood: 'bad', text: 'The userinfo was not read.' };
    }
    const row = this.chosenRow;
    if (!row) {
      return { mood: 'todo', text: 'Click the value that holds the username.' };
    }
    if (this.obstacle) {
      return { mood: 'warning', text: this.obstacle };
    }
    const rule = `The username is ${row.pointer}${this.transform.length ? `, ${this.transform.map((step) => TRANSFORM_WORDS[step].toLowerCase()).join(', ')}` : ''}.`;
    return this.#found(rule, row);
  }

  #found(rule: string, row: Row): { mood: Mood; text: string } {
    const asked = this.products.map((product) => ({
      name: titleOf(product),
      lookUp: this.lookUpOf(product.id, row.value, this.matchOf(row)),
    }));
    if (asked.length === 0) {
      return { mood: 'unknown', text: `${rule} No product is connected that could be asked for ${this.result}.` };
    }
    if (asked.some(({ lookUp }) => !lookUp || lookUp.state === 'running')) {
      return { mood: 'running', text: `${rule} Looking up ${this.result}.` };
    }
    const found = asked.filter(({ lookUp }) => lookUp?.state === 'answered' && lookUp.answer.outcome === 'found');
    const missed = asked.filter((one) => !found.includes(one));
    if (missed.length === 0) {
      return { mood: 'good', text: `${rule} ${this.result} is found in ${listed(found.map(({ name }) => name))}.` };
    }
    const where = listed(missed.map(({ name }) => name));
    return {
      mood: 'warning',
      text: found.length
        ? `${rule} ${this.result} is found in ${listed(found.map(({ name }) => name))}, not in ${where}.`
        : `${rule} ${this.result} is not found in ${where}.`,
    };
  }
}

/** What a product is called in sentences and heads. */
export function titleOf(product: Product): string {
  const names = { jira: 'Jira', confluence: 'Confluence', bitbucket: 'Bitbucket' } as const;
  return product.id === product.kind ? names[product.kind] : product.id;
}

function isFilled(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
