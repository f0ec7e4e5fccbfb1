import type { ApiKeyKind, CheckedKey, CheckedOwner, KeyBasis, KeyUnit, NewKey } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { Task } from '@/shared/task.svelte';

export const CHECK_AFTER_MS = 250;
export const METHODS = ['', 'GET', 'GET,POST', 'GET,POST,PUT', 'POST', 'PUT', 'DELETE'] as const;

export interface PathRow {
  methods: string;
  path: string;
}

/** A key while it is typed; it stays when the form is closed. */
export class KeyForm {
  whose = $state<'me' | 'other'>('me');
  mine = $state('');
  other = $state('');
  name = $state('');
  kind = $state<ApiKeyKind>('bearer');
  ends = $state<'after' | 'never'>('after');
  count = $state('90');
  unit = $state<KeyUnit>('days');
  limited = $state(false);
  uses = $state('1000');
  readOnly = $state(false);
  products = $state.raw<string[]>([]);
  paths = $state<PathRow[]>([{ methods: '', path: '' }]);
  addresses = $state('');
  tryRequest = $state('');
  tryAddress = $state('');
  checked = $state.raw<CheckedKey | null>(null);
  owner_ = $state.raw<(CheckedOwner & { of: string }) | null>(null);
  /** Once somebody wanted to create it, what is missing is told too. */
  pressed = $state(false);
  readonly checking = new Task();
  readonly asking = new Task();
  #ipc: Ipc;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  get owner(): string {
    return (this.whose === 'me' ? this.mine : this.other).trim();
  }

  get key(): NewKey {
    return {
      owner: this.owner,
      name: this.name.trim(),
      kind: this.kind,
      end: this.ends === 'never' ? { ends: 'never' } : { ends: 'after', count: whole(this.count), unit: this.unit },
      max_uses: this.limited ? whole(this.uses) : null,
      read_only: this.readOnly,
      products: [...this.products],
      paths: this.paths
        .filter(({ path }) => path.trim() !== '')
        .map(({ methods, path }) => `${methods} ${path.trim()}`.trim()),
      addresses: this.addresses.split(/[\s,;]+/).filter(Boolean),
    };
  }

  toggleProduct(id: string): void {
    this.products = this.products.includes(id) ? this.products.filter((one) => one !== id) : [...this.products, id];
  }

  /** Asks what it would be. */
  async check(basis: KeyBasis | null): Promise<void> {
    const checked = await this.checking.run(() =>
      this.#ipc.call('check_key', {
        key: this.key,
        max_lifetime: basis?.max_lifetime ?? '',
        request: this.tryRequest,
        address: this.tryAddress,
      }),
    );
    if (checked) this.checked = checked;
  }

  /** Asks who the owner is. */
  async ask(): Promise<void> {
    const of = this.owner;
    if (of === '' || this.owner_?.of === of) return;
    const owner = await this.asking.run(() => this.#ipc.call('check_owner', { owner: of }));
    if (owner) this.owner_ = { ...owner, of };
  }

  /** What is wrong with a field: `end`, or any entry of `paths`. */
  at(field: string): string | null {
    const problem = this.checked?.problems.find(({ path }) => path === field || path.startsWith(`${field}[`));
    return problem ? `${problem.message} ${problem.hint}`.trim() : null;
  }

  get missing(): string[] {
    return [...(this.owner ? [] : ['a user']), ...(this.name.trim() ? [] : ['a name'])];
  }

  get wrong(): boolean {
    return this.missing.length > 0 || (this.checked?.problems.length ?? 0) > 0;
  }

  /** For the next one: the person and the narrowing stay. */
  next(): void {
    this.name = '';
    this.pressed = false;
    this.owner_ = null;
  }
}

/** A number without what people put between its digits. */
function whole(text: string): number {
  const digits = text.replace(/[\s,._']/g, '');
  return /^\d{1,15}$/.test(digits) ? Math.min(Number(digits), 4_000_000_000) : 0;
}
