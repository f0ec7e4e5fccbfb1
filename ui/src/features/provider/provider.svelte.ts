import type {
  CatalogueEntry,
  CheckedProvider,
  ClientAuth,
  ConnectionSettings,
  Endpoints,
  ImportedConnections,
  Parameter,
  Provider,
  RefusedGrant,
  Verification,
} from '@/ipc/bindings';
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

/** As a connection is when nobody chose anything. */
export const USUAL_SETTINGS: ConnectionSettings = {
  without_pkce: false,
  push: false,
  authorization_params: [],
  token_params: [],
  refresh_params: [],
  assertion_audience: '',
  proxy: { kind: 'system' },
  ca_pem: '',
  verification: null,
  verification_audience: [],
};

/** The words of a list that is typed in one line. */
export function words(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

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
  withoutPkce = $state(false);
  push = $state(false);
  authorizationParams = $state<Parameter[]>([]);
  tokenParams = $state<Parameter[]>([]);
  refreshParams = $state<Parameter[]>([]);
  assertionAudience = $state('');
  clientKey = $state('');
  proxyKind = $state<'system' | 'none' | 'set'>('system');
  proxyUrl = $state('');
  proxyUser = $state('');
  proxyPassword = $state('');
  replacingProxyPassword = $state(false);
  proxyBypass = $state('');
  caPem = $state('');
  verification = $state<Verification | 'usual'>('usual');
  verificationAudience = $state('');

  static fresh(entry: CatalogueEntry): ProviderDraft {
    const draft = new ProviderDraft();
    draft.inputs = Object.fromEntries(entry.inputs.map(({ key }) => [key, '']));
    draft.scopes = [...entry.scopes];
    draft.clientAuth = entry.client_auth[0] ?? 'body';
    const { host, path, proposed_port: port } = entry.redirect;
    draft.redirectHost = host;
    draft.redirectPath = path;
    draft.redirectPort = port === null ? '' : String(port);
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
    this.#takeSettings(provider.settings);
  }

  #takeSettings(settings: ConnectionSettings): void {
    const copy = (params: Parameter[]) => params.map((one) => ({ ...one }));
    const { proxy } = settings;
    this.withoutPkce = settings.without_pkce;
    this.push = settings.push;
    this.authorizationParams = copy(settings.authorization_params);
    this.tokenParams = copy(settings.token_params);
    this.refreshParams = copy(settings.refresh_params);
    this.assertionAudience = settings.assertion_audience;
    this.clientKey = '';
    this.proxyKind = proxy.kind;
    this.proxyUrl = proxy.kind === 'set' ? proxy.url : '';
    this.proxyUser = proxy.kind === 'set' ? proxy.user : '';
    this.proxyBypass = proxy.kind === 'set' ? proxy.bypass.join(', ') : '';
    this.proxyPassword = '';
    this.replacingProxyPassword = false;
    this.caPem = settings.ca_pem;
    this.verification = settings.verification ?? 'usual';
    this.verificationAudience = settings.verification_audience.join(', ');
  }

  /** What most connections leave as it is, as it is typed. */
  get settings(): ConnectionSettings {
    const params = (of: Parameter[]) =>
      of.filter(({ name }) => name.trim()).map(({ name, value }) => ({ name: name.trim(), value }));
    return {
      without_pkce: this.withoutPkce,
      push: this.push,
      authorization_params: params(this.authorizationParams),
      token_params: params(this.tokenParams),
      refresh_params: params(this.refreshParams),
      assertion_audience: this.assertionAudience.trim(),
      proxy:
        this.proxyKind === 'set'
          ? {
              kind: 'set',
              url: this.proxyUrl.trim(),
              user: this.proxyUser.trim(),
              bypass: words(this.proxyBypass),
            }
          : { kind: this.proxyKind },
      ca_pem: this.caPem.trim(),
      verification: this.verification === 'usual' ? null : this.verification,
      verification_audience: words(this.verificationAudience),
    };
  }

  /** Exactly what has to be registered: without a port where the provider ignores it. */
  redirectUri(entry: CatalogueEntry): string {
    const { port } = this;
    const shown = port !== null && !this.portIsWrong && entry.redirect.port_is_registered ? `:${port}` : '';
    return `http://${this.redirectHost}${shown}${this.redirectPath.trim()}`;
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
      this.redirectPath.trim() !== provider.redirect.path ||
      this.clientKey !== '' ||
      this.proxyPassword !== '' ||
      JSON.stringify(this.settings) !== JSON.stringify(inOrder(provider.settings))
    );
  }
}

/** The members in the order in which they are compared. */
function inOrder(settings: ConnectionSettings): ConnectionSettings {
  const params = (of: Parameter[]) => of.map(({ name, value }) => ({ name, value }));
  const { proxy } = settings;
  return {
    without_pkce: settings.without_pkce,
    push: settings.push,
    authorization_params: params(settings.authorization_params),
    token_params: params(settings.token_params),
    refresh_params: params(settings.refresh_params),
    assertion_audience: settings.assertion_audience,
    proxy:
      proxy.kind === 'set'
        ? { kind: 'set', url: proxy.url, user: proxy.user, bypass: proxy.bypass }
        : { kind: proxy.kind },
    ca_pem: settings.ca_pem,
    verification: settings.verification,
    verification_audience: settings.verification_audience,
  };
}

/** Where people sign in: the catalogue, and the form of the entry that is chosen. */
export class ProviderState {
  query = $state('');
  entries = $state.raw<CatalogueEntry[]>([]);
  refused = $state.raw<RefusedGrant[]>([]);
  importText = $state('');
  imported = $state.raw<ImportedConnections | null>(null);
  readonly importing = new Task();
  readonly exporting = new Task();
  readonly keying = new Task();
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
      this.refused = catalogue.refused;
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
    this.keying.forget();
    this.exporting.forget();
  }

  /** What the list shows: the catalogue by group, narrowed by what was typed. */
  get groups(): { group: string; entries: CatalogueEntry[] }[] {
    const query = this.query.trim().toLowerCase();
    const groups = new Map<string, CatalogueEntry[]>();
    for (const entry of this.entries) {
      if (
        !query ||
        `${entry.name} ${entry.group} ${entry.id} ${entry.keywords.join(' ')}`.toLowerCase().includes(query)
      ) {
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
      this.#ipc.call('check_provider', {
        preset: entry.id,
        inputs: draft.typed,
        id: this.provider?.id ?? null,
        settings: draft.settings,
        proxy_password: draft.proxyPassword || null,
      }),
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
        settings: draft.settings,
        client_key: draft.clientKey.trim() || null,
        proxy_password: draft.proxyPassword || null,
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

  /** Makes a key pair for the client; what was typed is saved first. */
  async makeKey(): Promise<void> {
    if (this.dirty && !(await this.save())) {
      return;
    }
    const { provider, draft } = this;
    if (!provider || !draft) {
      return;
    }
    const keyed = await this.keying.run(() => this.#ipc.call('make_client_key', { id: provider.id }));
    if (keyed) {
      this.#workspace.keepProvider(keyed);
      draft.take(keyed);
      announcer.say('A key pair was made. Register its public half at the provider.');
    }
  }

  openImport(): void {
    this.importText = '';
    this.imported = null;
    this.importing.forget();
  }

  /** Reads what was pasted; with `take` the connection at that place is kept. */
  async import(take: number | null): Promise<boolean> {
    const found = await this.importing.run(() =>
      this.#ipc.call('import_connections', { text: this.importText, format: null, take }),
    );
    if (!found) {
      return false;
    }
    this.imported = found;
    const { taken } = found;
    if (!taken) {
      return false;
    }
    this.#workspace.keepProvider(taken);
    this.importText = '';
    this.imported = null;
    this.choose({ kept: taken.id });
    announcer.say(`${taken.name} was imported.`);
    return true;
  }

  /** The connection as text, without secrets. */
  async export(): Promise<string | null> {
    const { provider } = this;
    if (!provider) {
      return null;
    }
    const written = await this.exporting.run(() => this.#ipc.call('export_connection', { id: provider.id }));
    return written?.text ?? null;
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
