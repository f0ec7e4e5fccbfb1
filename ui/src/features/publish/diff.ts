import { diffArrays, diffWordsWithSpace } from 'diff';

export interface Mark {
  text: string;
  marked: boolean;
}

export interface Side {
  number: number;
  pieces: Mark[];
}

export type DiffRow =
  | { kind: 'same'; left: Side; right: Side }
  | { kind: 'changed'; left: Side | null; right: Side | null }
  | { kind: 'fold'; key: string; lines: number; left: number; right: number };

/** So many unchanged lines stay beside a change. */
const CONTEXT = 3;
/** Fewer unchanged lines than this are not worth folding. */
const SHORTEST_FOLD = 4;

/** Two documents side by side; `open` names the folds that are open. */
export function diffRows(left: string, right: string, open: ReadonlySet<string> = new Set()): DiffRow[] {
  return folded(paired(linesOf(left), linesOf(right)), open);
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

type Line = Exclude<DiffRow, { kind: 'fold' }>;

function paired(left: string[], right: string[]): Line[] {
  const rows: Line[] = [];
  let l = 1;
  let r = 1;
  let removed: string[] = [];
  let added: string[] = [];
  const flush = () => {
    for (let index = 0; index < Math.max(removed.length, added.length); index += 1) {
      rows.push(changed(removed[index], added[index], l + index, r + index));
    }
    l += removed.length;
    r += added.length;
    removed = [];
    added = [];
  };
  for (const part of diffArrays(left, right)) {
    if (part.removed) {
      removed.push(...part.value);
    } else if (part.added) {
      added.push(...part.value);
    } else {
      flush();
      for (const text of part.value) {
        rows.push({ kind: 'same', left: plain(l, text), right: plain(r, text) });
        l += 1;
        r += 1;
      }
    }
  }
  flush();
  return rows;
}

function plain(number: number, text: string): Side {
  return { number, pieces: [{ text, marked: false }] };
}

function changed(before: string | undefined, after: string | undefined, l: number, r: number): Line {
  if (before === undefined || after === undefined) {
    return {
      kind: 'changed',
      left: before === undefined ? null : plain(l, before),
      right: after === undefined ? null : plain(r, after),
    };
  }
  const words = diffWordsWithSpace(before, after);
  const kept = words
    .filter(({ added, removed }) => !added && !removed)
    .reduce((sum, { value }) => sum + value.trim().length, 0);
  if (kept * 3 < Math.min(before.trim().length, after.trim().length)) {
    return { kind: 'changed', left: plain(l, before), right: plain(r, after) };
  }
  return {
    kind: 'changed',
    left: {
      number: l,
      pieces: words.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, marked: removed })),
    },
    right: {
      number: r,
      pieces: words.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, marked: added })),
    },
  };
}

function folded(rows: Line[], open: ReadonlySet<string>): DiffRow[] {
  const out: DiffRow[] = [];
  let at = 0;
  while (at < rows.length) {
    if (rows[at]?.kind !== 'same') {
      out.push(...rows.slice(at, at + 1));
      at += 1;
      continue;
    }
    let end = at;
    while (rows[end]?.kind === 'same') {
      end += 1;
    }
    const first = at === 0 ? at : at + CONTEXT;
    const last = end === rows.length ? end : end - CONTEXT;
    const head = rows[first];
    if (last - first >= SHORTEST_FOLD && head?.left && head.right) {
      const key = `${head.left.number} ${head.right.number}`;
      if (open.has(key)) {
        out.push(...rows.slice(at, end));
      } else {
        out.push(...rows.slice(at, first));
        out.push({ kind: 'fold', key, lines: last - first, left: head.left.number, right: head.right.number });
        out.push(...rows.slice(last, end));
      }
    } else {
      out.push(...rows.slice(at, end));
    }
    at = end;
  }
  return out;
}
