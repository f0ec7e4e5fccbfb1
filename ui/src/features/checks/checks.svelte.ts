import type { AppEvent, ExpectedCell, SaveCheck, SavedCheck, StartTest } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { count, listed } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';

/** How often a check may run by itself. */
export const INTERVALS = [
  { value: '', label: 'Only when asked' },
  { value: '5', label: 'Every 5 min' },
  { value: '15', label: 'Every 15 min' },
  { value: '60', label: 'Every hour' },
  { value: '360', label: 'Every 6 h' },
  { value: '1440', label: 'Every day' },
] as const;

/** An interval in words, also one that is not offered. */
export function intervalText(minutes: number): string {
  const offered = INTERVALS.find(({ value }) => value === String(minutes));
  if (offered) return offered.label;
  return minutes % 60 === 0 ? `Every ${minutes / 60} h` : `Every ${minutes} min`;
}

/** Where a check stands. */
export function standing(check: SavedCheck): { mood: Mood; text: string } {
  if (check.running) return { mood: 'running', text: 'Running' };
  const { last } = check;
  if (!last) return { mood: 'todo', text: 'Not run yet' };
  if (last.problem) return { mood: 'bad', text: 'Could not run' };
  return last.green
    ? { mood: 'good', text: `All ${last.cells} as expected` }
    : { mood: 'bad', text: `${last.differences.length} of ${last.cells} differ` };
}

/** What is about to be saved as a check. */
export interface Draft {
  test: StartTest;
  /** What came now, for those that are to stay as they are. */
  now: ExpectedCell[];
}

/** Tests that are run again and again. */
export class ChecksState {
  list = $state.raw<SavedCheck[]>([]);
  loaded = $state(false);
  open = $state(false);
  draft = $state.raw<Draft | null>(null);
  name = $state('');
  every = $state('');
  expect = $state<'good' | 'now'>('good');
  /** Checks that were green and are not any more; shown until they are closed. */
  red = $state.raw<SavedCheck[]>([]);
  readonly reading = new Task();
  readonly saving = new Task();
  readonly running = new Task();
  readonly changing = new Task();
  #ipc: Ipc;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  async read(): Promise<void> {
    const read = await this.reading.run(() => this.#ipc.call('checks', {}));
    if (read) {
      this.list = read.checks;
      this.loaded = true;
    }
  }

  begin(draft: Draft): void {
    this.draft = draft;
    this.name = '';
    this.every = '';
    this.expect = 'good';
    this.saving.forget();
  }

  async save(): Promise<void> {
    const { draft } = this;
    if (!draft) return;
    const saved = await this.saving.run(() =>
      this.#ipc.call('save_check', {
        id: null,
        name: this.name.trim(),
        test: draft.test,
        expected: this.expect === 'now' ? draft.now : [],
        every_minutes: this.every ? Number(this.every) : null,
      }),
    );
    if (saved) {
      this.list = saved.checks;
      this.loaded = true;
      this.draft = null;
      announcer.say(`The check ${this.name.trim()} is saved.`);
    }
  }

  async schedule(check: SavedCheck, every: string): Promise<void> {
    const request: SaveCheck = {
      id: check.id,
      name: check.name,
      test: check.test,
      expected: check.expected,
      every_minutes: every ? Number(every) : null,
    };
    const saved = await this.changing.run(() => this.#ipc.call('save_check', request));
    if (saved) this.list = saved.checks;
  }

  async remove(id: string): Promise<void> {
    const left = await this.changing.run(() => this.#ipc.call('remove_check', { id }));
    if (left) this.list = left.checks;
  }

  /** Runs one, or all of them. */
  async run(ids: string[] = []): Promise<void> {
    this.list = this.list.map((check) =>
      ids.length === 0 || ids.includes(check.id) ? { ...check, running: true } : check,
    );
    const ran = await this.running.run(() => this.#ipc.call('run_checks', { ids }));
    if (!ran) {
      await this.read();
      return;
    }
    this.list = ran.checks;
    const bad = ran.checks.filter(({ last }) => last && !last.green);
    announcer.say(
      bad.length === 0
        ? `${count(ran.checks.length, 'check')}: all as expected.`
        : `Not as expected: ${listed(bad.map(({ name }) => name))}.`,
    );
  }

  hear(event: AppEvent): void {
    if (event.event !== 'check_finished') return;
    const { check } = event;
    this.list = this.list.map((old) => (old.id === check.id ? check : old));
    this.red = this.red.filter(({ id }) => id !== check.id);
    if (event.turned_red) {
      this.red = [...this.red, check];
      announcer.say(`The check ${check.name} was green and is red now.`);
    }
  }

  /** How the checks stand all together. */
  get summary(): { mood: Mood; text: string } {
    const bad = this.list.filter(({ last }) => last && !last.green).length;
    if (this.list.length === 0) return { mood: 'todo', text: 'Checks' };
    return bad
      ? { mood: 'bad', text: `Checks, ${bad} red` }
      : { mood: this.list.every(({ last }) => last?.green) ? 'good' : 'todo', text: `Checks, ${this.list.length}` };
  }
}
