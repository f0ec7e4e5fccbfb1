import type {
  ComparedVersions,
  Difference,
  Effect,
  GatewayState,
  ImportedDocument,
  MergeTake,
  Simulated,
  VersionEntry,
} from '@/ipc/bindings';
import type { RulesState } from '@/features/rules/rules.svelte';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';

export const EFFECT_WORDS = {
  narrower: 'Narrower',
  wider: 'Wider',
  mixed: 'Both ways',
  none: 'No effect',
  unknown: 'Not told',
} as const satisfies Record<Effect, string>;

/** Where a problem of the document can be mended. */
export function placeOf(path: string): 'rules' | 'products' | 'provider' | 'username' {
  if (/^products\.[^ ]+\.access(\.|$)/.test(path)) return 'rules';
  if (path.startsWith('products')) return 'products';
  if (/^providers\..+\.username/.test(path)) return 'username';
  if (path.startsWith('providers')) return 'provider';
  return 'rules';
}

/** Pairing with a gateway, what would change there, and publishing it. */
export class PublishState {
  pairUrl = $state('');
  pairCode = $state('');
  pairDataUrl = $state('');
  comment = $state('');
  view = $state<'split' | 'one'>('split');
  change = $state<number | null>(null);
  /** What is shown: what would be published, or what was. */
  page = $state<'publish' | 'versions'>('publish');
  /** The choices of places that somebody else changed as well; what is not chosen stays as it is here. */
  choices = $state<Record<string, MergeTake>>({});
  place = $state<string | null>(null);
  versions = $state.raw<VersionEntry[]>([]);
  nextVersions = $state<number | null>(null);
  runs = $state(0);
  /** The versions that are held against each other, the older first. */
  chosen = $state.raw<number[]>([]);
  compared = $state.raw<ComparedVersions | null>(null);
  imported = $state.raw<ImportedDocument | null>(null);
  exported = $state<string | null>(null);
  simulated = $state.raw<Simulated | null>(null);
  /** Requests of so many hours are tried; 0: all that are recorded. */
  hours = $state(168);
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
  readonly resolving = new Task();
  readonly simulating = new Task();
  readonly listing = new Task();
  readonly comparing = new Task();
  readonly restoring = new Task();
  readonly importing = new Task();
  readonly exporting = new Task();
  #ipc: Ipc;
  #workspace: Workspace;
  #rules: RulesState | undefined;

  constructor(ipc: Ipc, workspace: Workspace, rules?: RulesState) {
    this.#ipc = ipc;
    this.#workspace = workspace;
    this.#rules = rules;
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
    this.page = 'publish';
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
    // What was typed in the rules a moment ago belongs to what is read now.
    await this.#rules?.settle();
    const [gateway, difference] = await Promise.all([
      this.asking.run(() => this.#ipc.call('gateway_state', {})),
      this.reading.run(() => this.#ipc.call('difference', {})),
    ]);
    if (gateway) {
      this.#gateway = gateway;
    }
    if (difference) {
      this.#show(difference);
      if (this.conflict !== null && this.conflict !== difference.runs_version) {
        this.publishing.forget();
      }
    }
  }

  #show(difference: Difference): void {
    this.difference = difference;
    this.change = null;
    this.simulated = null;
    this.simulating.forget();
    const merge = difference.merge;
    if (difference.changes.length > 0 && difference.problems.length === 0 && !merge?.open) void this.simulate();
    if (merge?.open) {
      // What was chosen already stays chosen when it is read again.
      this.place ??= merge.places.find(({ clash }) => clash)?.path ?? null;
      announcer.say('Somebody published meanwhile. Some places were changed by both.');
    } else {
      this.choices = {};
      this.place = null;
    }
  }

  /** Who would notice, on the requests that were recorded. */
  async simulate(): Promise<void> {
    const simulated = await this.simulating.run(() => this.#ipc.call('simulate', { hours: this.hours }));
    if (simulated) this.simulated = simulated;
  }

  takeOf(path: string): MergeTake {
    return (
      this.choices[path] ?? (this.difference?.merge?.places.find((one) => one.path === path)?.list ? 'both' : 'yours')
    );
  }

  /** Takes in what runs now, with the choices that were made. */
  async resolve(): Promise<void> {
    const merge = this.difference?.merge;
    if (!merge?.open) return;
    const choices = merge.places.filter(({ clash }) => clash).map(({ path }) => ({ path, take: this.takeOf(path) }));
    const difference = await this.resolving.run(() =>
      this.#ipc.call('resolve_merge', { their_version: merge.their_version, choices }),
    );
    if (difference) {
      this.#show(difference);
      this.conflict = null;
      this.publishing.forget();
      announcer.say(`v${merge.their_version} was taken in.`);
    } else if (this.resolving.error?.code === 'stale') {
      await this.read();
    }
  }

  async openVersions(): Promise<void> {
    this.page = 'versions';
    this.chosen = [];
    this.compared = null;
    const list = await this.listing.run(() => this.#ipc.call('versions', { before: null }));
    if (list) {
      this.versions = list.versions;
      this.nextVersions = list.next;
      this.runs = list.runs;
      const [newest, before] = list.versions;
      if (newest && before) await this.compare([before.version, newest.version]);
    }
  }

  async moreVersions(): Promise<void> {
    const before = this.nextVersions;
    if (before === null || this.listing.busy) return;
    const list = await this.listing.run(() => this.#ipc.call('versions', { before }));
    if (list) {
      this.versions = [...this.versions, ...list.versions];
      this.nextVersions = list.next;
    }
  }

  /** Chooses a version or lets it go; of three the one that was chosen first goes. */
  async toggle(version: number): Promise<void> {
    const chosen = this.chosen.includes(version)
      ? this.chosen.filter((one) => one !== version)
      : [...this.chosen.slice(-1), version];
    await this.compare(chosen);
  }

  async compare(chosen: number[]): Promise<void> {
    this.chosen = chosen.toSorted((a, b) => a - b);
    this.change = null;
    this.compared = null;
    const [from, to] = this.chosen;
    if (from === undefined || to === undefined) return;
    const compared = await this.comparing.run(() => this.#ipc.call('compare_versions', { from, to }));
    if (compared) this.compared = compared;
  }

  async restore(version: number): Promise<void> {
    const published = await this.restoring.run(() =>
      this.#ipc.call('restore_version', { version, expect_version: this.runs }),
    );
    if (published) {
      announcer.say(`v${version} runs again, as v${published.version}.`);
      await this.openVersions();
    }
  }

  async import(text: string, take: boolean): Promise<void> {
    await this.#rules?.settle();
    const imported = await this.importing.run(() => this.#ipc.call('import_document', { text, take }));
    if (imported) {
      this.imported = imported;
      if (take) {
        await this.#rules?.open();
        if (this.gateway) await this.read();
        announcer.say('The rules of the document are here now. Nothing is published yet.');
      }
    }
  }

  async export(file: string, version: number | null, replace: boolean): Promise<void> {
    this.exported = null;
    await this.#rules?.settle();
    const written = await this.exporting.run(() => this.#ipc.call('export_document', { file, version, replace }));
    if (written) {
      this.exported = written.file;
      announcer.say(`Written to ${written.file}.`);
    }
  }

  /** Whether the name of the environment has to be typed before something is published there. */
  get typed(): boolean {
    return this.#workspace.state?.environment.kind === 'production';
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
    if (difference.merge?.open) {
      const clashes = difference.merge.places.filter(({ clash }) => clash).length;
      return `${count(clashes, 'place')} changed by both; choose what becomes of ${clashes === 1 ? 'it' : 'them'}.`;
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
