/** One line of a JSON tree as it is shown. */
export interface TreeRow {
  /** JSON Pointer (RFC 6901); the root is the empty text. */
  pointer: string;
  depth: number;
  /** The member's name or index; none for the root. */
  key: string | null;
  kind: 'object' | 'array' | 'string' | 'number' | 'word';
  /** The value as JSON text, cut where it is very long; empty for what can be opened. */
  text: string;
  /** How many entries there are inside. */
  entries: number;
  open: boolean;
  /** The closing bracket of an open object or array. */
  closes: boolean;
}

/** Longer texts are cut on the screen; the raw view has the whole. */
const LONGEST_TEXT = 400;

/** One step of a pointer, escaped. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value at a pointer, or nothing. */
export function atPointer(value: unknown, pointer: string): unknown {
  if (pointer === '') {
    return value;
  }
  let here: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) {
      return undefined;
    }
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/** The pointers above one, the root included. */
export function pointersAbove(pointer: string): string[] {
  const parts = pointer.split('/').slice(1, -1);
  const above = [''];
  for (const part of parts) {
    above.push(`${above[above.length - 1]}/${part}`);
  }
  return above;
}

/** The rows that are visible while `open` are open: what is closed costs nothing, however large it is. */
export function treeRows(value: unknown, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  push(rows, value, '', null, 0, open);
  return rows;
}

function push(
  rows: TreeRow[],
  value: unknown,
  pointer: string,
  key: string | null,
  depth: number,
  open: ReadonlySet<string>,
) {
  if (typeof value !== 'object' || value === null) {
    const kind = typeof value === 'string' ? 'string' : typeof value === 'number' ? 'number' : 'word';
    rows.push({ pointer, depth, key, kind, text: scalar(value), entries: 0, open: false, closes: false });
    return;
  }
  const list = Array.isArray(value);
  const kind = list ? 'array' : 'object';
  const keys = list ? null : Object.keys(value);
  const entries = keys ? keys.length : (value as unknown[]).length;
  const isOpen = entries > 0 && open.has(pointer);
  rows.push({ pointer, depth, key, kind, text: '', entries, open: isOpen, closes: false });
  if (!isOpen) {
    return;
  }
  if (keys) {
    for (const name of keys) {
      push(rows, (value as Record<string, unknown>)[name], `${pointer}/${escapePointer(name)}`, name, depth + 1, open);
    }
  } else {
    (value as unknown[]).forEach((item, index) =>
      push(rows, item, `${pointer}/${index}`, String(index), depth + 1, open),
    );
  }
  rows.push({ pointer, depth, key: null, kind, text: '', entries, open: false, closes: true });
}

function scalar(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value);
  }
  return String(value);
}

export interface Piece {
  text: string;
  kind: '' | 'k' | 's' | 'd' | 'w' | 'c';
}

const JSON_PIECES = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** JSON text in coloured pieces. */
export function jsonPieces(text: string): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  for (const match of text.matchAll(JSON_PIECES)) {
    if (match.index > last) {
      pieces.push({ text: text.slice(last, match.index), kind: '' });
    }
    const [whole, string, colon, number] = match;
    if (string && colon) {
      pieces.push({ text: string, kind: 'k' }, { text: colon, kind: '' });
    } else {
      pieces.push({ text: whole, kind: string ? 's' : number ? 'd' : 'w' });
    }
    last = match.index + whole.length;
  }
  if (last < text.length) {
    pieces.push({ text: text.slice(last), kind: '' });
  }
  return pieces;
}

const TOML_PIECES =
  /^(\s*)(#.*|\[\[?[^\]]*\]\]?)|([A-Za-z0-9_-]+)(\s*=)|("(?:[^"\\]|\\.)*"|'[^']*')|\b(true|false)\b|\b(\d[\d.]*)\b/g;

/** One line of TOML in coloured pieces. */
export function tomlPieces(line: string): Piece[] {
  const pieces: Piece[] = [];
  let last = 0;
  const put = (text: string, kind: Piece['kind']) => {
    if (text) pieces.push({ text, kind });
  };
  for (const match of line.matchAll(TOML_PIECES)) {
    put(line.slice(last, match.index), '');
    const [whole, indent, head, key, equals, string, word] = match;
    if (head !== undefined) {
      put(indent ?? '', '');
      put(head, head.startsWith('#') ? 'c' : 'w');
    } else if (key !== undefined) {
      put(key, 'k');
      put(equals ?? '', '');
    } else {
      put(whole, string ? 's' : word ? 'w' : 'd');
    }
    last = match.index + whole.length;
  }
  put(line.slice(last), '');
  return pieces;
}

/** JSON laid out for reading; the text itself when it is none. */
export function prettyJson(text: string): { text: string; json: boolean } {
  const trimmed = text.trim();
  if (!/^[[{]/.test(trimmed)) {
    return { text, json: false };
  }
  try {
    return { text: JSON.stringify(JSON.parse(trimmed), null, 2), json: true };
  } catch {
    return { text, json: false };
  }
}
