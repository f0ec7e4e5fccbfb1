/** A column of a virtual table. */
export interface Column {
  key: string;
  label: string;
  /** In pixels; one column without a width takes what is left. */
  width?: number;
  /** Whether it stands at the end: numbers. */
  end?: boolean;
  /** Left out in a narrow window. */
  wideOnly?: boolean;
  /** Given where one may sort by it: how it is sorted now. */
  sort?: 'ascending' | 'descending' | 'none';
}

/** Which rows are in the document: those that are seen, and some beside them. */
export function visibleRows(
  top: number,
  height: number,
  row: number,
  count: number,
  spare = 8,
): { first: number; last: number } {
  const first = Math.min(Math.max(0, count - 1), Math.max(0, Math.floor(top / row) - spare));
  const last = Math.min(count, Math.ceil((top + height) / row) + spare);
  return { first, last: Math.max(first, last) };
}
