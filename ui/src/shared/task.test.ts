import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { later, refuse } from './testing/ipc';
import { SLOW_AFTER_MS, Task } from './task.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('is slow only after a while, and no longer when it has ended', async () => {
  const task = new Task();
  const work = later<number>();
  const run = task.run(() => work.promise);
  expect([task.busy, task.slow]).toEqual([true, false]);
  vi.advanceTimersByTime(SLOW_AFTER_MS);
  expect(task.slow).toBe(true);
  work.resolve(7);
  expect(await run).toBe(7);
  expect([task.busy, task.slow]).toEqual([false, false]);
});

it('puts a failure beside its field, and elsewhere when it names none', async () => {
  const task = new Task();
  await task.run(async () => refuse({ message: 'this is no address', hint: 'write it with https', field: 'url' }));
  expect(task.at('url')).toBe('This is no address. Write it with https.');
  expect(task.at('id')).toBeNull();
  expect(task.beside(['url'])).toBeNull();
  expect(task.beside(['id'])?.field).toBe('url');
});

it('forgets the ending of a run that another one has overtaken', async () => {
  const task = new Task();
  const first = later<string>();
  const slow = task.run(() => first.promise);
  expect(await task.run(async () => 'second')).toBe('second');
  first.reject(new Error('too late'));
  expect(await slow).toBeUndefined();
  expect(task.error).toBeNull();
});
