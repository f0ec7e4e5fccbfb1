import { expect, it } from 'vitest';
import { diffRows, type DiffRow } from './diff';

const short = (row: DiffRow) =>
  row.kind === 'fold' ? `fold ${row.lines}` : `${row.kind} ${row.left?.number ?? '-'} ${row.right?.number ?? '-'}`;
const lines = (n: number) => Array.from({ length: n }, (_, i) => `line = ${i}`).join('\n');

it('puts what changed side by side and marks the words', () => {
  const [first, second] = diffRows('a = 1\nmax = "365d"\n', 'a = 1\nmax = "180d"\n');
  expect(first?.kind).toBe('same');
  if (second?.kind !== 'changed') throw new Error('no change');
  expect(second.left?.pieces.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['365d']);
  expect(second.right?.pieces.filter(({ marked }) => marked).map(({ text }) => text)).toEqual(['180d']);
});

it('leaves a gap beside what was added or removed', () => {
  expect(diffRows('a\nb\n', 'a\nx\ny\nb\n').map(short)).toEqual(['same 1 1', 'changed - 2', 'changed - 3', 'same 2 4']);
  expect(diffRows('', 'a\n').map(short)).toEqual(['changed - 1']);
});

it('folds what is the same, and opens a fold', () => {
  const before = `${lines(20)}\nend = 1`;
  const after = `${lines(20)}\nend = 2`;
  const rows = diffRows(before, after);
  expect(rows.map(short)).toEqual(['fold 17', 'same 18 18', 'same 19 19', 'same 20 20', 'changed 21 21']);
  const fold = rows[0];
  if (fold?.kind !== 'fold') throw new Error('no fold');
  expect(diffRows(before, after, new Set([fold.key])).length).toBe(21);
});

it('finds nothing between equal documents', () => {
  expect(diffRows('a\nb\n', 'a\nb\n').every(({ kind }) => kind === 'same')).toBe(true);
});
