import type { Tone } from '@/ipc/bindings';

/** The wire's tones and two that only the window has: something runs, or was not begun. */
export type Mood = Tone | 'running' | 'todo';

/** The suffix of the classes in parts.css. */
export const MOOD_CLASS = {
  good: 'is-good',
  warning: 'is-warn',
  bad: 'is-bad',
  unknown: 'is-unknown',
  running: 'is-running',
  todo: 'is-unknown',
} as const satisfies Record<Mood, string>;
