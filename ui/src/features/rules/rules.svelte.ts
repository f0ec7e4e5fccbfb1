import type {
  CheckedAddresses,
  CheckedPattern,
  CheckedRules,
  FoundGroups,
  GroupMembers,
  ReportedRule,
  RuleAccess,
  RuleExpectation,
  RulePath,
  RuleProduct,
  RuleSettings,
  Rules,
  RulesState as RulesReply,
  TriedRules,
} from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap } from 'svelte/reactivity';

/** How long after the last key what was typed is kept. */
export const SAVE_AFTER_MS = 250;

export type GroupKey = 'groups_allowed' | 'groups_read_only' | 'groups_may_create_keys';
export type AddressKey = 'addresses_allowed' | 'trusted_proxies';
export type ListKey = GroupKey | AddressKey;
export type PathKey = 'public' | 'bypass';

/** The path that a problem of this list names. */
export function listPath(scope: string, key: ListKey | PathKey): string {
  return scope === '' ? `access.${key}` : `products.${scope}.access.${key}`;
}

/** Entries of a text that was pasted: by line, comma, semicolon or blank, without comments. */
export function entriesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, ''))
    .flatMap((line) => line.split(/[\s,;]+/))
    .map((entry) => entry.replace(/^["']+|["']+$/g, ''))
    .filter(Boolean);
}

/** The draft of the access rules, kept as it is typed. */
export class RulesState {
  reply = $state.raw<RulesReply | null>(null);
  rules = $state.raw<Rules | null>(null);
  check = $state.raw<CheckedRules>({ problems: [], changes: 0 });
  /** Which rules are shown: of all products, or of one. */
  scope = $state('');
  /** The field to go to once the screen is there, by the path of its problem. */
  goal = $state<string | null>(null);
  /** What can be taken back: the last few rules before a removal. */
  undoable = $state.raw<{ rules: Rules; what: string } | null>(null);
  readonly addresses = new SvelteMap<string, CheckedAddresses>();
  readonly probes = new SvelteMap<string, string>();
  readonly members = new SvelteMap<string, GroupMembers>();
  readonly reading = new Task();
  readonly refreshing = new Task();
  readonly saving = new Task();
  readonly searching = new Task();
  readonly matching = new Task();
  readonly trying = new Task();
  readonly keeping = new Task();
  found = $state.raw<FoundGroups | null>(null);
  tried = $state.raw<TriedRules | null>(null);
  #ipc: Ipc;
  #workspace: Workspace;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsaved = false;
  /** The saves run one after the other, so that an older one never ends last. */
  #settling: Promise<void> = Promise.resolve();
  #asked = new Set<string>();
  /** By list, the latest question about it: an older answer is not shown. */
  #rounds = new Map<string, number>();

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  /** Shows what is kept here at once, and then what the gateway runs. */
  async open(): Promise<void> {
    await this.settle();
    const kept = await this.reading.run(() => this.#ipc.call('rules', {}));
    if (kept) this.#show(kept);
    if (!this.#workspace.state?.gateway) return;
    const fresh = await this.refreshing.run(() => this.#ipc.call('refresh_rules', {}));
    // What was typed while the gateway was asked is newer than its answer.
    if (fresh && !this.#unsaved) this.#show(fresh);
  }

  #show(reply: RulesReply): void {
    this.reply = reply;
    this.rules = reply.rules;
    this.check = reply.check;
    if (this.scope !== '' && !reply.products.some(({ id }) => id === this.scope)) this.scope = '';
    for (const path of this.addresses.keys()) void this.checkAddresses(path);
  }

  get products(): RuleProduct[] {
    return this.reply?.products ?? [];
  }

  get mistakes(): number {
    return this.check.problems.length;
  }

  /** How many rules of its own a product has. */
  own(id: string): number {
    const rules = this.rules;
    if (!rules) return 0;
    const product = rules.products.find((one) => one.id === id);
    const lists = product
      ? product.groups_allowed.length + product.groups_read_only.length + product.addresses_allowed.length
      : 0;
    const paths = (list: RulePath[]) => list.filter((one) => one.product === id).length;
    return lists + paths(rules.access.public) + paths(rules.access.bypass);
  }

  list(scope: string, key: ListKey): string[] {
    const rules = this.rules;
    if (!rules) return [];
    if (scope === '') return rules.access[key];
    const product = rules.products.find((one) => one.id === scope);
    return product && key !== 'groups_may_create_keys' && key !== 'trusted_proxies' ? product[key] : [];
  }

  setList(scope: string, key: ListKey, list: string[]): void {
    if (scope === '') {
      this.setAccess(key, list);
      return;
    }
    this.#edit((rules) => {
      const empty = { id: scope, groups_allowed: [], groups_read_only: [], addresses_allowed: [] };
      const old = rules.products.find((one) => one.id === scope) ?? empty;
      const product = { ...old, [key]: list };
      return { ...rules, products: [...rules.products.filter((one) => one.id !== scope), product] };
    });
  }

  setSetting<Key extends keyof RuleSettings>(key: Key, value: RuleSettings[Key]): void {
    this.#edit((rules) => ({ ...rules, settings: { ...rules.settings, [key]: value } }));
  }

  setAccess<Key extends keyof RuleAccess>(key: Key, value: RuleAccess[Key]): void {
    this.#edit((rules) => ({ ...rules, access: { ...rules.access, [key]: value } }));
  }

  setAudit(key: 'audit_keep' | 'audit_facts', value: string): void {
    this.#edit((rules) => ({ ...rules, [key]: value }));
  }

  setExpect(expect: RuleExpectation[]): void {
    this.#edit((rules) => ({ ...rules, expect }));
  }

  reported(rule: ReportedRule): string | null {
    return this.rules?.access.report_only.find((one) => one.rule === rule)?.until ?? null;
  }

  setReported(rule: ReportedRule, until: string | null): void {
    const rest = this.rules?.access.report_only.filter((one) => one.rule !== rule) ?? [];
    this.setAccess('report_only', until === null ? rest : [...rest, { rule, until }]);
  }

  /** Before something is removed: it can be taken back. */
  remember(what: string): void {
    if (this.rules) this.undoable = { rules: this.rules, what };
  }

  undo(): void {
    const undoable = this.undoable;
    if (!undoable) return;
    this.undoable = null;
    this.#edit(() => undoable.rules);
    for (const path of this.addresses.keys()) void this.checkAddresses(path);
    announcer.say(`${undoable.what} is back.`);
  }

  #edit(change: (rules: Rules) => Rules): void {
    if (!this.rules) return;
    this.rules = change(this.rules);
    this.#unsaved = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.settle(), SAVE_AFTER_MS);
  }

  /** Keeps what was typed, now. */
  async settle(): Promise<void> {
    clearTimeout(this.#timer);
    const before = this.#settling;
    this.#settling = before.then(() => this.#save());
    await this.#settling;
  }

  async #save(): Promise<void> {
    const rules = this.rules;
    if (!this.#unsaved || !rules) return;
    this.#unsaved = false;
    const check = await this.saving.run(() => this.#ipc.call('save_rules', { rules }));
    if (check) {
      this.check = check;
    } else if (this.saving.error) {
      this.#unsaved = true;
    }
  }

  /** What is wrong at exactly this field. */
  at(path: string): string | null {
    const problem = this.check.problems.find((one) => one.path === path);
    return problem ? `${problem.message} ${problem.hint}`.trim() : null;
  }

  /** Entries of a list about which something is wrong, with what. */
  within(path: string): { index: number; text: string }[] {
    return this.check.problems
      .filter((one) => one.path.startsWith(`${path}[`))
      .map((one) => ({
        index: Number(one.path.slice(path.length + 1).split(']')[0]),
        text: `${one.message} ${one.hint}`.trim(),
      }));
  }

  /** Says of each entry of a list what is to be said, and whether the probe is inside. */
  async checkAddresses(path: string): Promise<void> {
    const [scope, key] = fromPath(path);
    const round = (this.#rounds.get(path) ?? 0) + 1;
    this.#rounds.set(path, round);
    const request = { entries: this.list(scope, key), probe: this.probes.get(path) ?? '' };
    try {
      const checked = await this.#ipc.call('check_addresses', request);
      if (this.#rounds.get(path) === round) this.addresses.set(path, checked);
    } catch {
      // What is wrong with an entry is told by the check of the whole as well.
      this.addresses.delete(path);
    }
  }

  /** What a pattern matches, as the policy says. */
  async checkPattern(
    product: string,
    path: string,
    used_as: PathKey,
    request: string,
  ): Promise<CheckedPattern | undefined> {
    return this.matching.run(() => this.#ipc.call('check_pattern', { product, path, used_as, request }));
  }

  async findGroups(product: string, search: string): Promise<void> {
    const found = await this.searching.run(() => this.#ipc.call('find_groups', { product, search: search.trim() }));
    if (found) this.found = found;
  }

  memberKey(product: string, group: string): string {
    return `${product}\n${group}`;
  }

  /** Looks up who is in a group, once. */
  async lookUp(product: string, group: string): Promise<void> {
    const key = this.memberKey(product, group);
    const directory = this.products.some((one) => one.directory && (product === '' || one.id === product));
    if (!directory || this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      this.members.set(key, await this.#ipc.call('group_members', { product, group }));
    } catch {
      // The picker says why directories do not answer; a chip without a number says enough here.
      this.#asked.delete(key);
    }
  }

  async tryRequest(expectation: RuleExpectation): Promise<void> {
    await this.settle();
    this.tried = null;
    const tried = await this.trying.run(() => this.#ipc.call('try_rules', { expectation }));
    if (tried) {
      this.tried = tried;
      announcer.say(`The rules say ${tried.outcome}.`);
    }
  }

  /** "Keep it that way". */
  async keep(expectation: RuleExpectation): Promise<boolean> {
    await this.settle();
    const check = await this.keeping.run(() => this.#ipc.call('keep_expectation', { expectation }));
    if (!check) return false;
    this.check = check;
    if (this.rules) {
      const name = expectation.name.trim();
      const kept = { ...expectation, name };
      const there = this.rules.expect.some((one) => one.name === name);
      const expect = there
        ? this.rules.expect.map((one) => (one.name === name ? kept : one))
        : [...this.rules.expect, kept];
      this.rules = { ...this.rules, expect };
    }
    announcer.say(`Kept: ${expectation.name}.`);
    return true;
  }

  /** Goes to the field that a problem names. */
  goTo(path: string): void {
    this.goal = path;
    const product = /^products\.(.+?)\.access/.exec(path)?.[1];
    this.scope = product ?? '';
  }

  get sentence(): string {
    if (this.mistakes > 0) return `${count(this.mistakes, 'mistake')} to mend before it can be published.`;
    if (this.check.changes === 0) return 'The gateway runs these rules.';
    return `${count(this.check.changes, 'change')}, kept here until you publish.`;
  }
}

function fromPath(path: string): [string, ListKey] {
  const key = path.slice(path.lastIndexOf('.') + 1) as ListKey;
  const scope = /^products\.(.+)\.access\./.exec(path)?.[1] ?? '';
  return [scope, key];
}
