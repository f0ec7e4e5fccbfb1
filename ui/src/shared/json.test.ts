import { describe, expect, it } from 'vitest';
import { atPointer, jsonPieces, pointersAbove, prettyJson, tomlPieces, treeRows } from './json';

describe('a JSON tree', () => {
  const value = { login: 'Fred', 'a/b': { '~c': 1 }, list: [true, null], none: {} };

  it('shows only what is open', () => {
    expect(treeRows(value, new Set()).map(({ pointer }) => pointer)).toEqual(['']);
    const rows = treeRows(value, new Set(['']));
    expect(rows.map(({ key, entries }) => [key, entries])).toEqual([
      [null, 4],
      ['login', 0],
      ['a/b', 1],
      ['list', 2],
      ['none', 0],
      [null, 4],
    ]);
  });

  it('names each value by its JSON Pointer', () => {
    const rows = treeRows(value, new Set(['', '/a~1b', '/list']));
    const pointers = rows.filter(({ closes }) => !closes).map(({ pointer }) => pointer);
    expect(pointers).toEqual(['', '/login', '/a~1b', '/a~1b/~0c', '/list', '/list/0', '/list/1', '/none']);
    expect(atPointer(value, '/a~1b/~0c')).toBe(1);
    expect(atPointer(value, '/login/toString')).toBeUndefined();
    expect(pointersAbove('/a~1b/~0c')).toEqual(['', '/a~1b']);
  });

  it('costs nothing for what is closed, however large it is', () => {
    const people = Array.from({ length: 100_000 }, (_, id) => ({ id }));
    expect(treeRows({ people }, new Set([''])).length).toBe(3);
  });

  it('cuts a text that is very long', () => {
    const [row] = treeRows('x'.repeat(5_000_000), new Set());
    expect(row?.text.length).toBeLessThan(500);
  });
});

it('colours JSON without losing a character', () => {
  const text = JSON.stringify({ a: [1, -2.5e3, 'x "y"', null], b: { c: true } }, null, 2);
  const pieces = jsonPieces(text);
  expect(pieces.map((piece) => piece.text).join('')).toBe(text);
  expect(pieces.filter(({ kind }) => kind === 'k').map((piece) => piece.text)).toEqual(['"a"', '"b"', '"c"']);
});

it('colours TOML without losing a character', () => {
  for (const line of [
    '[[products]]',
    'max_lifetime = "365d"  # a year',
    '  "10.0.0.0/8",',
    'ok = true',
    '# a comment',
    '',
  ]) {
    expect(
      tomlPieces(line)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(line);
  }
});

it('lays out JSON and leaves everything else alone', () => {
  expect(prettyJson('{"a":1}')).toEqual({ text: '{\n  "a": 1\n}', json: true });
  expect(prettyJson('<html>')).toEqual({ text: '<html>', json: false });
  expect(prettyJson('{broken')).toEqual({ text: '{broken', json: false });
});
