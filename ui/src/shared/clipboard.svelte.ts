import type { Ipc } from '@/ipc/ipc';
import { announcer } from './announce.svelte';

const COPIED_FOR_MS = 2000;

/** Puts texts that are no secrets on the clipboard, and remembers for two seconds which. */
export class Clipboard {
  copied = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ipc: Ipc;

  constructor(ipc: Ipc) {
    this.#ipc = ipc;
  }

  /** `key` tells apart what stands beside one another with the same text. */
  async copy(text: string, key: string = text): Promise<void> {
    try {
      await this.#ipc.call('copy_text', { text });
    } catch {
      announcer.say('The clipboard did not take it.');
      return;
    }
    this.copied = key;
    announcer.say('Copied.');
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.copied = null;
    }, COPIED_FOR_MS);
  }
}
