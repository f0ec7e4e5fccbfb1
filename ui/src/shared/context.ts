import { getContext, setContext } from 'svelte';
import type { Clipboard } from './clipboard.svelte';
import type { Confirmation } from './confirm.svelte';
import type { Navigation } from './navigation.svelte';
import type { Workspace } from './workspace.svelte';

/** What parts everywhere may need without being handed it. */
export interface Around {
  clipboard: Clipboard;
  confirmation: Confirmation;
  navigation: Navigation;
  workspace: Workspace;
  /** Opens an address in the system browser. */
  openPage: (url: string) => Promise<void>;
}

const KEY = Symbol('around');

export function provideAround(around: Around): void {
  setContext(KEY, around);
}

export function around(): Around {
  return getContext<Around>(KEY);
}
