import type { AppState, Ending, EndingKind, Failed, FailedKind, HomeState as Home } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import type { Screen } from '@/shared/navigation.svelte';
import { Task } from '@/shared/task.svelte';

export const ENDING_WORDS = { token: 'Token', key: 'API key' } as const satisfies Record<EndingKind, string>;
export const FAILED_WORDS = { test: 'Test', check: 'Check', gateway: 'Gateway' } as const satisfies Record<
  FailedKind,
  string
>;

/** Every environment at a glance; read at once without the gateways, then again with them. */
export class HomeState {
  home = $state.raw<Home | null>(null);
  readonly reading = new Task();
  readonly asking = new Task();
  readonly sandbox = new Task();
  #ipc: Ipc;
  #arrived: (state: AppState, screen?: Screen) => void;

  constructor(ipc: Ipc, arrived: (state: AppState, screen?: Screen) => void) {
    this.#ipc = ipc;
    this.#arrived = arrived;
  }

  async read(): Promise<void> {
    const soon = await this.reading.run(() => this.#ipc.call('home', { ask: false }));
    if (!soon) {
      return;
    }
    this.home = soon;
    if (soon.environments.some(({ differs }) => differs !== null)) {
      await this.ask();
    }
  }

  /** Asks the gateways as well. */
  async ask(): Promise<void> {
    const whole = await this.asking.run(() => this.#ipc.call('home', { ask: true }));
    if (whole) {
      this.home = whole;
    }
  }

  async startSandbox(): Promise<void> {
    const state = await this.sandbox.run(() => this.#ipc.call('start_sandbox', {}));
    if (state) {
      this.#arrived(state, 'token');
    } else {
      // What was filled in before the failure is there.
      await this.read();
    }
  }

  async stopSandbox(): Promise<void> {
    if (await this.sandbox.run(() => this.#ipc.call('stop_sandbox', {}))) {
      await this.read();
    }
  }

  /** Where one goes to do something about it. */
  screenOf(what: Ending['what'] | Failed['what']): Screen {
    return ({ token: 'token', key: 'publish', test: 'test', check: 'test', gateway: 'publish' } as const)[what];
  }
}
