import type { ActAs, DetectedProduct, DirectoryCheck, Product, ProductKind, SaveProduct, Tried } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { listed } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { SvelteMap } from 'svelte/reactivity';

export type Strategy = ActAs['strategy'];

export const KIND_NAMES = { jira: 'Jira', confluence: 'Confluence', bitbucket: 'Bitbucket' } as const satisfies Record<
  ProductKind,
  string
>;
export const KIND_INITIALS = { jira: 'JI', confluence: 'CO', bitbucket: 'BI' } as const satisfies Record<
  ProductKind,
  string
>;

const FIRST_CONSUMER_KEY = 'gatewright';
const FIRST_HEADER = 'X-Remote-User';

/** What is typed about one product; it stays until it is saved. */
export class ProductDraft {
  baseUrl = $state('');
  publicUrl = $state('');
  version = $state('');
  title = $state('');
  directoryUser = $state('');
  directoryPassword = $state('');
  replacingPassword = $state(false);
  strategy = $state<Strategy>('oauth1');
  consumerKey = $state(FIRST_CONSUMER_KEY);
  headerName = $state(FIRST_HEADER);
  serviceToken = $state('');
  replacingToken = $state(false);
  tryAs = $state('');

  constructor(product: Product) {
    this.take(product);
  }

  /** Shows what is kept; typed secrets are gone. */
  take(product: Product): void {
    this.baseUrl = product.base_url;
    this.publicUrl = product.public_url;
    this.version = product.version;
    this.title = product.title;
    this.directoryUser = product.directory_user ?? '';
    this.strategy = product.act_as.strategy;
    if (product.act_as.strategy === 'oauth1') {
      this.consumerKey = product.act_as.consumer_key;
    }
    if (product.act_as.strategy === 'header') {
      this.headerName = product.act_as.name;
    }
    this.forgetSecrets();
  }

  forgetSecrets(): void {
    this.directoryPassword = '';
    this.replacingPassword = false;
    this.serviceToken = '';
    this.replacingToken = false;
  }

  get actAs(): ActAs {
    switch (this.strategy) {
      case 'oauth1':
        return { strategy: 'oauth1', consumer_key: this.consumerKey.trim() };
      case 'header':
        return { strategy: 'header', name: this.headerName.trim() };
      case 'access_tokens':
      case 'service':
        return { strategy: this.strategy };
    }
  }

  differsFrom(product: Product): boolean {
    return (
      this.baseUrl.trim() !== product.base_url ||
      this.publicUrl.trim() !== product.public_url ||
      this.version !== product.version ||
      this.title !== product.title ||
      this.directoryUser.trim() !== (product.directory_user ?? '') ||
      this.directoryPassword !== '' ||
      this.serviceToken !== '' ||
      !sameActAs(this.actAs, product.act_as)
    );
  }
}

function sameActAs(one: ActAs, other: ActAs): boolean {
  if (one.strategy === 'oauth1' && other.strategy === 'oauth1') {
    return one.consumer_key === other.consumer_key;
  }
  if (one.strategy === 'header' && other.strategy === 'header') {
    return one.name === other.name;
  }
  return one.strategy === other.strategy;
}

/** What is behind the gateway: adding by address, the directory account, and how the gateway acts as a user. */
export class ProductsState {
  adding = $state(false);
  address = $state('');
  detected = $state.raw<DetectedProduct | null>(null);
  newId = $state('');
  newPublicUrl = $state('');
  readonly detecting = new Task();
  readonly saving = new Task();
  readonly checking = new Task();
  importOpen = $state(false);
  importPem = $state('');
  readonly making = new Task();
  readonly importing = new Task();
  readonly trying = new Task();
  readonly removing = new Task();
  readonly checks = new SvelteMap<string, DirectoryCheck>();
  readonly tried = new SvelteMap<string, Tried>();
  #chosen = $state<string | null>(null);
  #drafts = new SvelteMap<string, ProductDraft>();
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get all(): Product[] {
    return this.#workspace.products;
  }

  get product(): Product | null {
    return this.adding ? null : (this.all.find(({ id }) => id === this.#chosen) ?? this.all[0] ?? null);
  }

  /** Call it where effects run, not in the middle of rendering: it makes a draft where there is none. */
  draftOf(product: Product): ProductDraft {
    const draft = this.#drafts.get(product.id) ?? new ProductDraft(product);
    this.#drafts.set(product.id, draft);
    return draft;
  }

  get draft(): ProductDraft | null {
    return this.product ? (this.#drafts.get(this.product.id) ?? null) : null;
  }

  get dirty(): boolean {
    return this.product !== null && (this.draft?.differsFrom(this.product) ?? false);
  }

  choose(id: string): void {
    this.adding = false;
    this.#chosen = id;
    this.#forgetFailures();
  }

  add(): void {
    this.adding = true;
    this.#forgetFailures();
  }

  stopAdding(): void {
    this.adding = false;
    this.#forgetFailures();
  }

  #forgetFailures(): void {
    for (const task of [this.saving, this.checking, this.making, this.trying, this.removing]) {
      task.forget();
    }
  }

  /** Looks at the address that was typed, without a credential. */
  async detect(): Promise<void> {
    const found = await this.detecting.run(() => this.#ipc.call('detect_product', { url: this.address.trim() }));
    if (found) {
      this.detected = found;
      this.newId = found.suggested_id;
      this.newPublicUrl = found.suggested_public_url;
      announcer.say(
        `${KIND_NAMES[found.kind]} ${found.version} was found${found.context_path ? ` at ${found.context_path}` : ''}.`,
      );
    } else {
      this.detected = null;
    }
  }

  /** Adds what was found. */
  async create(): Promise<void> {
    const found = this.detected;
    if (!found) {
      return;
    }
    const product = await this.saving.run(() =>
      this.#ipc.call('save_product', {
        id: this.newId.trim(),
        create: true,
        kind: found.kind,
        version: found.version,
        title: found.title,
        base_url: found.base_url,
        public_url: this.newPublicUrl.trim(),
        directory_user: null,
        directory_password: null,
        act_as: { strategy: 'oauth1', consumer_key: FIRST_CONSUMER_KEY },
        service_token: null,
      }),
    );
    if (product) {
      this.#workspace.keepProduct(product);
      this.#drafts.set(product.id, new ProductDraft(product));
      this.address = '';
      this.detected = null;
      this.newId = '';
      this.newPublicUrl = '';
      this.choose(product.id);
      announcer.say(`${KIND_NAMES[product.kind]} was added.`);
    }
  }

  /** Looks at a kept product again: its version may be another now. */
  async lookAgain(): Promise<void> {
    const { product, draft } = this;
    if (!product || !draft) {
      return;
    }
    const found = await this.detecting.run(() => this.#ipc.call('detect_product', { url: draft.baseUrl.trim() }));
    if (found) {
      draft.baseUrl = found.base_url;
      draft.version = found.version;
      draft.title = found.title;
      announcer.say(`${KIND_NAMES[found.kind]} ${found.version} answers.`);
    }
  }

  /** Saves what was typed; answers whether it is kept now. */
  async save(): Promise<boolean> {
    const { product, draft } = this;
    if (!product || !draft) {
      return false;
    }
    const request: SaveProduct = {
      id: product.id,
      create: false,
      kind: product.kind,
      version: draft.version,
      title: draft.title,
      base_url: draft.baseUrl.trim(),
      public_url: draft.publicUrl.trim(),
      directory_user: draft.directoryUser.trim() || null,
      directory_password: draft.directoryPassword || null,
      act_as: draft.actAs,
      service_token: draft.strategy === 'service' && draft.serviceToken ? draft.serviceToken : null,
    };
    const saved = await this.saving.run(() => this.#ipc.call('save_product', request));
    if (!saved) {
      return false;
    }
    this.#workspace.keepProduct(saved);
    draft.take(saved);
    this.tried.delete(saved.id);
    announcer.say('Saved.');
    return true;
  }

  async #savedFirst(): Promise<Product | null> {
    if (this.dirty && !(await this.save())) {
      return null;
    }
    return this.product;
  }

  async checkDirectory(): Promise<void> {
    const product = await this.#savedFirst();
    if (!product) {
      return;
    }
    const check = await this.checking.run(() => this.#ipc.call('check_directory', { id: product.id }));
    if (check) {
      this.checks.set(product.id, check);
      announcer.say(check.message);
      await this.#refresh(product.id);
    } else {
      this.checks.delete(product.id);
    }
  }

  async makeKey(): Promise<void> {
    const product = await this.#savedFirst();
    if (!product) {
      return;
    }
    const pair = await this.making.run(() => this.#ipc.call('make_key_pair', { id: product.id }));
    if (pair) {
      const now = this.all.find(({ id }) => id === product.id) ?? product;
      this.#workspace.keepProduct({ ...now, key_pair: pair });
      announcer.say('The key pair was made.');
      await this.#refresh(product.id);
    }
  }

  /** Takes over the private key of a link that exists already; its text is gone from the window once it was taken. */
  async importKey(): Promise<void> {
    const product = await this.#savedFirst();
    if (!product) {
      return;
    }
    const pair = await this.importing.run(() =>
      this.#ipc.call('import_key_pair', { id: product.id, private_pem: this.importPem }),
    );
    if (pair) {
      this.closeImport();
      const now = this.all.find(({ id }) => id === product.id) ?? product;
      this.#workspace.keepProduct({ ...now, key_pair: pair });
      announcer.say('The key was taken over.');
      await this.#refresh(product.id);
    }
  }

  closeImport(): void {
    this.importOpen = false;
    this.importPem = '';
    this.importing.forget();
  }

  async tryUser(): Promise<void> {
    const user = this.draft?.tryAs.trim() ?? '';
    const product = await this.#savedFirst();
    if (!product) {
      return;
    }
    const tried = await this.trying.run(() => this.#ipc.call('try_user', { id: product.id, user }));
    if (tried) {
      this.tried.set(product.id, tried);
      announcer.say(tried.message);
      await this.#refresh(product.id);
    } else {
      this.tried.delete(product.id);
    }
  }

  /** What was found out changes a product's readiness. */
  async #refresh(id: string): Promise<void> {
    try {
      const { products } = await this.#ipc.call('products', {});
      const product = products.find((candidate) => candidate.id === id);
      if (product) {
        this.#workspace.keepProduct(product);
      }
    } catch {
      // The list that is shown stays; the next read brings it up to date.
    }
  }

  async remove(): Promise<void> {
    const product = this.product;
    if (!product) {
      return;
    }
    const left = await this.removing.run(() => this.#ipc.call('remove_product', { id: product.id }));
    if (left) {
      this.#workspace.products = left.products;
      this.#drafts.delete(product.id);
      this.checks.delete(product.id);
      this.tried.delete(product.id);
      this.#chosen = null;
      announcer.say(`${KIND_NAMES[product.kind]} was removed.`);
    }
  }

  /** Where this stands, for the bar below. */
  get standing(): { mood: Mood; text: string } {
    if (this.adding) {
      return this.#addingStanding();
    }
    const product = this.product;
    if (!this.#workspace.loaded && this.#workspace.loading.busy) {
      return { mood: 'running', text: 'Products are being read.' };
    }
    if (!product) {
      return { mood: 'todo', text: 'No product yet. One address is enough to begin.' };
    }
    if (this.saving.error) {
      return { mood: 'bad', text: 'Not saved. What you typed is kept.' };
    }
    if (this.dirty) {
      return { mood: 'unknown', text: 'Not saved yet.' };
    }
    const tried = this.tried.get(product.id);
    if (tried) {
      return { mood: tried.good ? 'good' : 'bad', text: tried.message };
    }
    if (product.readiness.state === 'problem') {
      return { mood: 'warning', text: product.readiness.text };
    }
    const waiting = this.all.filter(({ readiness }) => readiness.state !== 'ready');
    if (waiting.length === 0) {
      return { mood: 'good', text: `${listed(this.all.map(({ kind }) => KIND_NAMES[kind]))}: ready.` };
    }
    return {
      mood: 'unknown',
      text: `Not tried yet: ${listed(waiting.map(({ kind }) => KIND_NAMES[kind]))}. You can go on and come back.`,
    };
  }

  #addingStanding(): { mood: Mood; text: string } {
    if (this.detecting.busy) {
      return { mood: 'running', text: `Looking at ${this.address.trim()}.` };
    }
    if (this.saving.error || this.detecting.error) {
      return { mood: 'bad', text: 'Nothing was added. What you typed is kept.' };
    }
    if (this.detected) {
      const { kind, context_path: path } = this.detected;
      return { mood: 'good', text: `${KIND_NAMES[kind]} was found${path ? ` at ${path}` : ''}. You can add it now.` };
    }
    return { mood: 'todo', text: 'Give the address; kind, version and path are looked up.' };
  }
}

/** "10.3.2 at /jira", "9.4.1, no path". */
export function versionAt(version: string, baseUrl: string): string {
  let path = '';
  try {
    path = new URL(baseUrl).pathname.replace(/\/$/, '');
  } catch {
    // What is no address has no path.
  }
  const where = path ? `at ${path}` : 'no path';
  return version ? `${version}${path ? ' ' : ', '}${where}` : where;
}
