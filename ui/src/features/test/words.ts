import type { TestResult, Tone } from '@/ipc/bindings';
import { milliseconds } from '@/shared/format';
import type { Mood } from '@/shared/tone';

/** The second line of a cell: user and time where it is good, else status and reason. */
export function secondLine(result: TestResult, expected: boolean): string {
  if (result.tone === 'good') {
    return [result.user, milliseconds(result.milliseconds)].filter(Boolean).join(', ');
  }
  const status = result.status === null ? '' : String(result.status);
  if (expected) {
    return [status, 'as expected'].filter(Boolean).join(', ');
  }
  if (result.gateway_reason) {
    return `${status} by the gateway`.trim();
  }
  if (result.verdict === 'anonymous') {
    return `${status}, but to nobody`;
  }
  if (result.verdict === 'valid_other_user' && result.user) {
    return `${status}, as ${result.user}`;
  }
  return [status || 'no answer', milliseconds(result.milliseconds)].join(', ');
}

export const CELL_CLASS = {
  good: 'is-good',
  warning: 'is-warn',
  bad: 'is-bad',
  unknown: 'is-quiet',
} as const satisfies Record<Tone, string>;

export const TONE_MOOD = { good: 'good', warning: 'warning', bad: 'bad', unknown: 'unknown' } as const satisfies Record<
  Tone,
  Mood
>;
