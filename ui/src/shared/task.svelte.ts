import { asCallError, type CallError } from '@/ipc/ipc';
import { sentence } from './format';

/** How long a call may take before something grey stands in for its result. */
export const SLOW_AFTER_MS = 300;

/** One call that a screen waits for: whether it runs, whether it is slow, and how it failed last. */
export class Task {
  busy = $state(false);
  slow = $state(false);
  error = $state<CallError | null>(null);
  #latest = 0;

  /** Runs `work`; a later run makes an earlier one's ending unseen. Answers nothing when it failed. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    const mine = ++this.#latest;
    this.busy = true;
    this.error = null;
    const timer = setTimeout(() => {
      this.slow = this.#latest === mine;
    }, SLOW_AFTER_MS);
    try {
      const value = await work();
      return this.#latest === mine ? value : undefined;
    } catch (cause) {
      if (this.#latest === mine) {
        this.error = asCallError(cause);
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      if (this.#latest === mine) {
        this.busy = false;
        this.slow = false;
      }
    }
  }

  /** The message that belongs beside `field`, if the failure named it. */
  at(field: string): string | null {
    return this.error?.field === field ? withHint(this.error) : null;
  }

  /** The failure, when it belongs to none of `fields` and has to stand in a banner. */
  beside(fields: readonly string[]): CallError | null {
    return this.error && !(this.error.field && fields.includes(this.error.field)) ? this.error : null;
  }

  forget(): void {
    this.error = null;
  }
}

function withHint(error: CallError): string {
  return error.hint ? `${sentence(error.message)} ${sentence(error.hint)}` : sentence(error.message);
}
