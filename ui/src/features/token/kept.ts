import type { Token } from '@/ipc/bindings';

export type Ending = 'any' | 'good' | 'soon' | 'ended' | 'no end';

export const ENDING_WORDS = {
  any: 'Any',
  good: 'Good',
  soon: 'Ends within an hour',
  ended: 'Ended',
  'no end': 'No end told',
} as const satisfies Record<Ending, string>;

const SOON_MS = 60 * 60 * 1000;

/** Which kind of end a token has now. */
export function endingOf(token: Token, now: number): Exclude<Ending, 'any'> {
  if (token.ends_at === null) return 'no end';
  const left = Date.parse(token.ends_at) - now;
  if (left <= 0) return 'ended';
  return left <= SOON_MS ? 'soon' : 'good';
}

export interface Filter {
  query: string;
  /** A provider's id, or "none" for tokens of no provider. */
  connection: string;
  ending: Ending;
}

/** The tokens that a filter leaves, those that end first in front; those that ended or never end come last. */
export function matching(tokens: readonly Token[], filter: Filter, now: number): Token[] {
  const words = filter.query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = tokens.filter((token) => {
    const scopes = (token.scopes_granted ?? token.scopes_asked).join(' ');
    const text = `${token.name} ${token.user ?? ''} ${token.kind} ${token.provider_name ?? ''} ${scopes}`.toLowerCase();
    return (
      words.every((word) => text.includes(word)) &&
      (filter.connection === '' || (token.provider_id ?? 'none') === filter.connection) &&
      (filter.ending === 'any' || endingOf(token, now) === filter.ending)
    );
  });
  const rank = (token: Token) => {
    const ending = endingOf(token, now);
    return ending === 'ended' ? Infinity : token.ends_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(token.ends_at);
  };
  return found.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
