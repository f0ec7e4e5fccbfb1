import type { MatchBy, Transform } from '@/ipc/bindings';

export const TRANSFORMS = ['trim', 'before_at', 'lowercase', 'uppercase'] as const satisfies readonly Transform[];

export const TRANSFORM_WORDS = {
  trim: 'Trim',
  before_at: 'Before @',
  lowercase: 'Lowercase',
  uppercase: 'Uppercase',
} as const satisfies Record<Transform, string>;

const STEPS = {
  trim: (value: string) => value.trim(),
  before_at: (value: string) => value.split('@', 1)[0] ?? '',
  lowercase: (value: string) => value.toLowerCase(),
  uppercase: (value: string) => value.toUpperCase(),
} as const satisfies Record<Transform, (value: string) => string>;

/** What the steps make of a value; a preview, the program has the last word. */
export function transformed(value: string, steps: readonly Transform[]): string {
  return steps.reduce((text, step) => STEPS[step](text), value);
}

/** How a value is looked for, when nobody said: an address by e-mail, anything else by user name. */
export function likelyMatch(value: string, steps: readonly Transform[]): MatchBy {
  return transformed(value, steps).includes('@') ? 'email' : 'username';
}
