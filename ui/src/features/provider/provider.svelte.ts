import type { CatalogueEntry, CheckedProvider, ClientAuth, Endpoints, Provider } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { listed } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap } from 'svelte/reactivity';

/** Either one that is kept, or an entry of the catalogue that is being filled in. */
export type Chosen = { kept: string } | { preset: string };

const FIRST_REDIRECT = { host: '127.0.0.1', port: null, path: '/callback' };

/** What is typed about one provider; it stays until it is saved. */
export class ProviderDraft {
  name = $state('');
  inputs = $state<Record<string, string>>({});
  clientId = $state('');
  clientSecret = $state('');
  replacingSecret = $state(false);
  scopes = $state<string[]>([]);
  scopeTyped = $state('');
  clientAuth = $state<ClientAuth>('body');
  redirectHost = $state(FIRST_REDIRECT.host);
  redirectPort = $state('');
  redirectPath = $state(FIRST_REDIRECT.path);

  static fresh(entry: CatalogueEntry): ProviderDraft {
    const draft = new ProviderDraft();
    draft.inputs = Object.fromEntries(entry.inputs.map(({ key }) => [key, '']));
    draft.scopes = [...entry.scopes];
    draft.clientAuth = entry.client_auth[0] ?? 'body';
    return draft;
  }

  static of(provider: Provider): ProviderDraft {
    const draft = new ProviderDraft();
    draft.take(provider);
    return draft;
  }

  /** Shows what is kept; a typed secret is gone. */
  take(provider: Provider): void {
    this.name = provider.name;
    this.inputs = { ...provider.inputs };
    this.clientId = provider.client_id;
    this.clientSecret = '';
    this.replacingSecret = false;
    this.scopes = [...provider.scopes];
    this.clientAuth = provider.client_auth;
    this.redirectHost = provider.redirect.host;
    this.redirectPort = provider.redirect.port === null ? '' : String(provider.redirect.port);
    this.redirectPath = provider.redirect.path;
  }

  /** Takes what was typed into the field of scopes: blanks and commas part them. */
  addScopes(): void {
    for (const scope of this.scopeTyped.split(/[\s,]+/)) {
      if (scope && !this.scopes.includes(scope)) {
        this.scopes.push(scope);
      }
    }
    this.scopeTyped = '';
  }

  removeScope(scope: string): void {
    this.scopes = this.scopes.filter((other) => other !== scope);
  }

  get port(): number | null {
    return this.redirectPort.trim() === '' ? null : Number(this.redirectPort.trim());
  }

  get portIsWrong(): boolean {
    const { port } = this;
    return port !== null && !(Number.isInteger(port) && port >= 1 && port <= 65_535);
  }

  get typed(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.inputs).map(([key, value]) => [key, value.trim()]));
  }

  differsFrom(provider: Provider): boolean {
    const keys = new Set([...Object.keys(this.inputs), ...Object.keys(provider.inputs)]);
    return (
      this.name.trim() !== provider.name ||
      [...keys].some((key) => (this.inputs[key] ?? '').trim() !== (provider.inputs[key] ?? '')) ||
      this.clientId.trim() !== provider.client_id ||
      this.clientSecret !== '' ||
      this.scopeTyped.trim() !== '' ||
      this.scopes.join(' ') !== provider.scopes.join(' ') ||
      this.clientAuth !== provider.client_auth ||
      this.redirectHost !== provider.redirect.host ||
      this.port !== provider.redirect.port ||
      this.redirectPath.trim() !== provider.redirect.path
    );
  }
}

/** Where people sign in: the catalogue, and the form of the entry that is chosen. */
export class ProviderState {
  query = $state('');
  entries = $state.raw<CatalogueEntry[]>([]);
  readonly reading = new Task();
  readonly checking = new Task();
  readonly saving = new Task();
  readonly removing = new Task();
  #chosen = $state.raw<Chosen | null>(null);
  #drafts = new SvelteMap<string, ProviderDraft>();
  #checks = new SvelteMap<string, CheckedProvider>();
  #read = false;
  #checkedInputs = new Map<string, string>();
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  /** Reads the catalogue, unless it was read or is being read. */
  async readOnce(): Promise<void> {
    if (!this.#read && !this.reading.busy) {
      await this.read();
    }
  }

  async read(): Promise<void> {
    const catalogue = await this.reading.run(() => this.#ipc.call('catalogue', {}));
    if (catalogue) {
      this.entries = catalogue.providers;
      this.#read = true;
    }
  }

  get kept(): Provider[] {
    return this.#workspace.providers;
  }

  entry(preset: string): CatalogueEntry | undefined {
    return this.entries.find(({ id }) => id === preset);
  }

  get chosen(): Chosen | null {
    const first = this.kept[0];
    if (this.#chosen && 'kept' in this.#chosen) {
      const { kept } = this.#chosen;
      return this.kept.some(({ id }) => id === kept) ? this.#chosen : first ? { kept: first.id } : null;
    }
    return this.#chosen ?? (first ? { kept: first.id } : null);
  }

  get #key(): string | null {
    const chosen = this.chosen;
    return chosen ? ('kept' in chosen ? `kept ${chosen.kept}` : `preset ${chosen.preset}`) : null;
  }

  get provider(): Provider | null {
    const chosen = this.chosen;
    return chosen && 'kept' in chosen ? (this.kept.find(({ id }) => id === chosen.kept) ?? null) : null;
  }

  get chosenEntry(): CatalogueEntry | null {
    const chosen = this.chosen;
    const preset = this.provider?.preset ?? (chosen && 'preset' in chosen ? chosen.preset : null);
    return preset === null ? null : (this.entry(preset) ?? null);
  }

  get draft(): ProviderDraft | null {
    return this.#key ? (this.#drafts.get(this.#key) ?? null) : null;
  }

  /** Makes a draft where there is none yet. Call it where effects run, not in the middle of rendering. */
  ensureDraft(): void {
    const key = this.#key;
    if (!key || this.#drafts.has(key)) {
      return;
    }
    if (this.provider) {
      this.#drafts.set(key, ProviderDraft.of(this.provider));
    } else if (this.chosenEntry) {
      this.#drafts.set(key, ProviderDraft.fresh(this.chosenEntry));
    }
  }

  get check(): CheckedProvider | null {
    return this.#key ? (this.#checks.get(this.#key) ?? null) : null;
  }

  get endpoints(): Endpoints | null {
    return this.check?.endpoints ?? this.provider?.endpoints ?? null;
  }

  get dirty(): boolean {
    return this.provider ? (this.draft?.differsFrom(this.provider) ?? false) : this.chosen !== null;
  }

  choose(chosen: Chosen): void {
    this.#chosen = chosen;
    this.saving.forget();
    this.checking.forget();
    this.removing.forget();
  }

  /** What the list shows: the catalogue by group, narrowed by what was typed. */
  get groups(): { group: string; entries: CatalogueEntry[] }[] {
    const query = this.query.trim().toLowerCase();
    const groups = new Map<string, CatalogueEntry[]>();
    for (const entry of this.entries) {
      if (!query || `${entry.name} ${entry.group} ${entry.id}`.toLowerCase().includes(query)) {
        groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
      }
    }
    return [...groups].map(([group, entries]) => ({ group, entries }));
  }

  get keptFound(): Provider[] {
    const query = this.query.trim().toLowerCase();
    return this.kept.filter(({ name, preset }) => !query || `${name} ${preset}`.toLowerCase().includes(query));
  }

  /** Whether everything that a check needs is filled in. */
  get canCheck(): boolean {
    const { draft, chosenEntry } = this;
    return (
      !!draft &&
      !!chosenEntry &&
      chosenEntry.inputs.every(({ key, required }) => !required || draft.inputs[key]?.trim())
    );
  }

  async runCheck(): Promise<void> {
    const { draft, chosenEntry: entry } = this;
    const key = this.#key;
    if (!draft || !entry || !key) {
      return;
    }
    this.#checkedInputs.set(key, JSON.stringify(draft.typed));
    const check = await this.checking.run(() =>
      this.#ipc.call('check_provider', { preset: entry.id, inputs: draft.typed }),
    );
    if (check) {
      this.#checks.set(key, check);
      announcer.say(check.message);
    } else {
      this.#checks.delete(key);
    }
  }

  /** After a field was left: checks what is complete and was not checked like this before. */
  async checkWhenNew(): Promise<void> {
    const key = this.#key;
    if (key && this.draft && this.canCheck && this.#checkedInputs.get(key) !== JSON.stringify(this.draft.typed)) {
      await this.runCheck();
    }
  }

  /** Goes on with the preset that fits better; what was typed comes along. */
  useBetter(): void {
    const better = this.check?.better_preset;
    const { draft } = this;
    const entry = better ? this.entry(better) : undefined;
    if (!entry || !draft) {
      return;
    }
    const next = ProviderDraft.fresh(entry);
    next.clientId = draft.clientId;
    next.clientSecret = draft.clientSecret;
    this.#drafts.set(`preset ${entry.id}`, next);
    draft.clientSecret = '';
    this.choose({ preset: entry.id });
  }

  async save(): Promise<boolean> {
    const { draft, chosenEntry: entry, provider } = this;
    const key = this.#key;
    if (!draft || !key || (!entry && !provider)) {
      return false;
    }
    draft.addScopes();
    const secret = draft.clientSecret;
    const saved = await this.saving.run(() =>
      this.#ipc.call('save_provider', {
        id: provider?.id ?? null,
        preset: provider?.preset ?? entry?.id ?? '',
        name: draft.name.trim(),
        inputs: draft.typed,
        client_id: draft.clientId.trim(),
        client_secret: secret || null,
        scopes: [...draft.scopes],
        client_auth: draft.clientAuth,
        redirect: { host: draft.redirectHost, port: draft.port, path: draft.redirectPath.trim() },
      }),
    );
    if (!saved) {
      return false;
    }
    this.#workspace.keepProvider(saved);
    const check = this.#checks.get(key);
    const savedKey = `kept ${saved.id}`;
    if (key !== savedKey) {
      this.#drafts.delete(key);
      this.#checks.delete(key);
    }
    draft.take(saved);
    this.#drafts.set(savedKey, draft);
    if (check) {
      this.#checks.set(savedKey, check);
    }
    this.#chosen = { kept: saved.id };
    announcer.say(`${saved.name} was saved.`);
    return true;
  }

  async remove(): Promise<void> {
    const provider = this.provider;
    if (!provider) {
      return;
    }
    const left = await this.removing.run(() => this.#ipc.call('remove_provider', { id: provider.id }));
    if (left) {
      this.#drafts.delete(`kept ${provider.id}`);
      this.#checks.delete(`kept ${provider.id}`);
      this.#workspace.providers = left.providers;
      this.#chosen = null;
      announcer.say(`${provider.name} was removed.`);
    }
  }

  /** Where this stands, for the bar below. */
  get standing(): { mood: Mood; text: string } {
    if (!this.chosen) {
      return { mood: 'todo', text: 'No provider yet. Choose one in the list.' };
    }
    if (this.saving.error) {
      return { mood: 'bad', text: 'Not saved. What you typed is kept.' };
    }
    if (this.checking.busy) {
      return { mood: 'running', text: 'Asking the server.' };
    }
    if (this.checking.error || this.check?.good === false) {
      return { mood: 'bad', text: 'The server does not answer as it should. What you typed is kept.' };
    }
    if (this.dirty) {
      return { mood: 'unknown', text: 'Not saved yet.' };
    }
    const name = this.provider?.name ?? '';
    const missing = this.provider?.missing ?? [];
    return missing.length
      ? { mood: 'warning', text: `Still needed for ${name}: ${listed(missing)}.` }
      : { mood: 'good', text: `Everything that ${name} needs is filled in.` };
  }
}
