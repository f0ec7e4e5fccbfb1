import type { Screen } from '@/shared/navigation.svelte';
import Activity from '@lucide/svelte/icons/activity';
import HistoryIcon from '@lucide/svelte/icons/history';
import KeyRound from '@lucide/svelte/icons/key-round';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Ticket from '@lucide/svelte/icons/ticket';

/** The screens under "Run it", in their order; their names are in TITLES. */
export const RUN_IT = [
  { screen: 'rules', icon: ListChecks },
  { screen: 'keys', icon: KeyRound },
  { screen: 'traffic', icon: Activity },
  { screen: 'tokens', icon: Ticket },
  { screen: 'history', icon: HistoryIcon },
] as const satisfies readonly { screen: Screen; icon: unknown }[];
