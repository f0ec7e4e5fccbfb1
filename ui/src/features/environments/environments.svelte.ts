import type { AppState, Environment, EnvironmentKind, Promotion } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';

export const KIND_WORDS = {
  sandbox: 'Sandbox',
  staging: 'Staging',
  production: 'Production',
} as const satisfies Record<EnvironmentKind, string>;

/** Which dialog is open. */
export type Asked = 'create' | 'change' | 'remove' | 'promote' | null;

/** The environments: going from one to another, making, changing and removing them, promoting. */
export class EnvironmentsState {
  asked = $state<Asked>(null);
  name = $state('');
  kind = $state<EnvironmentKind>('staging');
  typed = $state('');
  from = $state('');
  into = $state('');
  withSecrets = $state(false);
  promotion = $state.raw<Promotion | null>(null);
  menuOpen = $state(false);
  readonly going = new Task();
  readonly saving = new Task();
  readonly promoting = new Task();
  #ipc: Ipc;
  #workspace: Workspace;
  #arrived: (state: AppState) => void;

  constructor(ipc: Ipc, workspace: Workspace, arrived: (state: AppState) => void) {
    this.#ipc = ipc;
    this.#workspace = workspace;
    this.#arrived = arrived;
  }

  get all(): Environment[] {
    return this.#workspace.state?.environments ?? [];
  }

  get current(): Environment | null {
    return this.#workspace.state?.environment ?? null;
  }

  /** Whether what is typed is the name of the environment. */
  get rightName(): boolean {
    const name = this.current?.name.toLowerCase();
    return name !== undefined && this.typed.trim().toLowerCase() === name;
  }

  named(id: string): Environment | null {
    return this.all.find((one) => one.id === id) ?? null;
  }

  async go(id: string): Promise<void> {
    if (id === this.current?.id) {
      return;
    }
    const state = await this.going.run(() => this.#ipc.call('switch_environment', { id }));
    if (state) {
      announcer.say(`Environment: ${state.environment.name}.`);
      this.#arrived(state);
    }
  }

  ask(what: Asked): void {
    this.saving.forget();
    this.promoting.forget();
    this.asked = what;
    this.typed = '';
    this.name = what === 'change' ? (this.current?.name ?? '') : '';
    this.kind = what === 'change' ? (this.current?.kind ?? 'staging') : this.#likely();
    if (what === 'promote') {
      this.promotion = null;
      this.withSecrets = false;
      this.into = this.current?.id ?? '';
      this.from = this.all.find(({ id }) => id !== this.into)?.id ?? '';
      void this.look();
    }
  }

  async save(): Promise<void> {
    const { name, kind, current } = this;
    const state = await this.saving.run(() =>
      this.asked === 'change' && current
        ? this.#ipc.call('change_environment', { id: current.id, name, kind })
        : this.#ipc.call('create_environment', { name, kind }),
    );
    this.#done(state);
  }

  async remove(): Promise<void> {
    const { current, typed } = this;
    if (!current || !this.rightName) {
      return;
    }
    this.#done(await this.saving.run(() => this.#ipc.call('remove_environment', { id: current.id, typed })));
  }

  /** What would be different there. */
  async look(): Promise<void> {
    this.promotion = null;
    const { from, into } = this;
    if (from && into && from !== into) {
      const seen = await this.promoting.run(() =>
        this.#ipc.call('promote', { from, into, take: false, with_secrets: false }),
      );
      this.promotion = seen ?? null;
    }
  }

  async promote(): Promise<void> {
    const { from, into, withSecrets } = this;
    const done = await this.promoting.run(() =>
      this.#ipc.call('promote', { from, into, take: true, with_secrets: withSecrets }),
    );
    if (done) {
      announcer.say('Taken over. Nothing is published yet.');
      this.asked = null;
      const state = await this.going.run(() => this.#ipc.call('switch_environment', { id: into }));
      if (state) {
        this.#arrived(state);
      }
    }
  }

  #done(state: AppState | undefined): void {
    if (!state) {
      return;
    }
    this.asked = null;
    if (state.environment.id === this.current?.id) {
      this.#workspace.state = state;
    } else {
      this.#arrived(state);
    }
  }

  /** The kind that is not there yet. */
  #likely(): EnvironmentKind {
    const kinds = this.all.map(({ kind }) => kind);
    return (['production', 'staging', 'sandbox'] as const).find((kind) => !kinds.includes(kind)) ?? 'staging';
  }
}
