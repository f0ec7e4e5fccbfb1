import type { Difference, Effect, GatewayState } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';

export const EFFECT_WORDS = { narrower: 'Narrower', wider: 'Wider', none: 'No effect' } as const satisfies Record<
  Effect,
  string
>;

/** Pairing with a gateway, what would change there, and publishing it. */
export class PublishState {
  pairUrl = $state('');
  pairCode = $state('');
  pairDataUrl = $state('');
  comment = $state('');
  view = $state<'split' | 'one'>('split');
  change = $state<number | null>(null);
  difference = $state.raw<Difference | null>(null);
  /** Somebody published meanwhile: the version that was looked at. */
  conflict = $state<number | null>(null);
  /** What was published last. */
  done = $state<number | null>(null);
  readonly pairing = new Task();
  readonly unpairing = new Task();
  readonly asking = new Task();
  readonly reading = new Task();
  readonly publishing = new Task();
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get gateway(): GatewayState | null {
    return this.#workspace.state?.gateway ?? null;
  }

  set #gateway(gateway: GatewayState) {
    const state = this.#workspace.state;
    if (state) {
      this.#workspace.state = { ...state, gateway };
    }
  }

  get environment(): string {
    return this.#workspace.state?.environment.name ?? '';
  }

  get canPair(): boolean {
    return this.pairUrl.trim() !== '' && this.pairCode.trim() !== '';
  }

  /** Pairs; the code is gone from the window once it was taken. */
  async pair(): Promise<void> {
    const gateway = await this.pairing.run(() =>
      this.#ipc.call('pair_gateway', {
        url: this.pairUrl.trim(),
        code: this.pairCode.trim(),
        data_url: this.pairDataUrl.trim(),
      }),
    );
    if (gateway) {
      this.pairCode = '';
      this.pairUrl = '';
      this.pairDataUrl = '';
      this.#gateway = gateway;
      announcer.say(`Paired as ${gateway.role}.`);
      await this.read();
    }
  }

  async unpair(): Promise<void> {
    const state = await this.unpairing.run(() => this.#ipc.call('unpair_gateway', {}));
    if (state) {
      this.#workspace.state = state;
      this.difference = null;
      this.conflict = null;
      this.done = null;
      announcer.say('The gateway is no longer paired.');
    }
  }

  /** Asks the gateway how it is, and reads the difference. */
  async read(): Promise<void> {
    this.done = null;
    const [gateway, difference] = await Promise.all([
      this.asking.run(() => this.#ipc.call('gateway_state', {})),
      this.reading.run(() => this.#ipc.call('difference', {})),
    ]);
    if (gateway) {
      this.#gateway = gateway;
    }
    if (difference) {
      this.difference = difference;
      this.change = null;
      if (this.conflict !== null && this.conflict !== difference.runs_version) {
        this.publishing.forget();
      }
    }
  }

  /** After a conflict: what runs now is read; what is here and the comment are kept. */
  async reload(): Promise<void> {
    await this.read();
    if (!this.reading.error) {
      this.conflict = null;
      this.publishing.forget();
    }
  }

  get nextVersion(): number {
    return (this.difference?.runs_version ?? 0) + 1;
  }

  get changed(): boolean {
    const difference = this.difference;
    return difference !== null && (difference.changes.length > 0 || difference.runs !== difference.here);
  }

  /** Why it cannot be published, when it cannot. */
  get obstacle(): string | null {
    const { gateway, difference } = this;
    if (!gateway || !difference) {
      return 'What runs there was not read yet.';
    }
    if (gateway.from_file) {
      return 'This gateway reads its document from a file; publishing is off there.';
    }
    if (gateway.role === 'viewer') {
      return 'You are paired as viewer, who may look and not publish.';
    }
    if (difference.problems.length > 0) {
      return `${count(difference.problems.length, 'problem')} to mend first.`;
    }
    if (!this.changed) {
      return difference.runs_version === 0
        ? 'There is nothing here to publish yet.'
        : `Nothing to publish: the gateway runs what is here, v${difference.runs_version}.`;
    }
    return null;
  }

  async publish(): Promise<void> {
    const difference = this.difference;
    if (!difference || this.obstacle) {
      return;
    }
    const published = await this.publishing.run(() =>
      this.#ipc.call('publish', { expect_version: difference.runs_version, comment: this.comment.trim() }),
    );
    if (published) {
      this.comment = '';
      this.conflict = null;
      await this.read();
      this.done = published.version;
      announcer.say(`v${published.version} runs.`);
    } else if (this.publishing.error?.code === 'stale') {
      this.conflict = difference.runs_version;
      announcer.say('Somebody published meanwhile. Nothing was overwritten.');
    }
  }

  /** Where this stands, for the bar below. */
  get standing(): { mood: Mood; text: string } {
    if (!this.gateway) {
      return this.pairing.error
        ? { mood: 'bad', text: 'Not paired. What you typed is kept.' }
        : { mood: 'todo', text: 'No gateway is paired yet. A code from its host is enough.' };
    }
    if (this.reading.busy && !this.difference) {
      return { mood: 'running', text: 'Reading what runs there.' };
    }
    if (this.reading.error) {
      return { mood: 'bad', text: 'What runs there was not read.' };
    }
    if (this.conflict !== null) {
      return {
        mood: 'warning',
        text: 'Somebody published meanwhile. Nothing was overwritten, and nothing is published yet.',
      };
    }
    if (this.done !== null) {
      return { mood: 'good', text: `v${this.done} runs in ${this.environment}.` };
    }
    const obstacle = this.obstacle;
    if (obstacle) {
      return { mood: this.changed ? 'warning' : 'good', text: obstacle };
    }
    const changes = this.difference?.changes.length ?? 0;
    return { mood: 'unknown', text: `${count(changes, 'change')} would become v${this.nextVersion}.` };
  }
}
