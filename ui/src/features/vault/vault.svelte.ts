import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';

/** The shortest passphrase with which a vault is made. */
export const SHORTEST = 12;

/** Where secrets are sealed: the keychain, or a vault with a passphrase where there is none. */
export class VaultState {
  passphrase = $state('');
  again = $state('');
  understood = $state(false);
  /** The admin goes on without secrets, for this run of the app. */
  skipped = $state(false);
  readonly opening = new Task();
  readonly retrying = new Task();
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  /** Which screen stands before the window, if one does. */
  get asks(): 'create' | 'unlock' | null {
    const state = this.#workspace.state?.vault.state;
    if (this.skipped) {
      return null;
    }
    return state === 'no_keychain' ? 'create' : state === 'locked' ? 'unlock' : null;
  }

  /** What the keychain said. */
  get detail(): string {
    const vault = this.#workspace.state?.vault;
    return vault?.state === 'no_keychain' ? vault.detail : '';
  }

  /** Four grades of length: the one thing that helps. */
  get strength(): 0 | 1 | 2 | 3 | 4 {
    const { length } = this.passphrase;
    return length === 0 ? 0 : length < SHORTEST ? 1 : length < 16 ? 2 : length < 24 ? 3 : 4;
  }

  get canOpen(): boolean {
    return this.asks === 'unlock'
      ? this.passphrase !== ''
      : this.passphrase.length >= SHORTEST && this.passphrase === this.again && this.understood;
  }

  async open(): Promise<void> {
    if (!this.canOpen) {
      return;
    }
    const passphrase = this.passphrase;
    const state = await this.opening.run(() => this.#ipc.call('open_vault', { passphrase }));
    if (state) {
      this.#forget();
      this.#workspace.state = state;
      announcer.say('The vault is open.');
      await this.#workspace.read();
    } else if (this.asks === 'unlock') {
      this.passphrase = '';
    }
  }

  async retryKeychain(): Promise<void> {
    const state = await this.retrying.run(() => this.#ipc.call('retry_keychain', {}));
    if (state) {
      this.#workspace.state = state;
      if (state.vault.state === 'keychain') {
        this.#forget();
        await this.#workspace.read();
      } else {
        announcer.say('No keychain answers yet.');
      }
    }
  }

  skip(): void {
    this.#forget();
    this.skipped = true;
  }

  #forget(): void {
    this.passphrase = '';
    this.again = '';
    this.understood = false;
  }
}
