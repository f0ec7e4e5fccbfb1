import { createRawSnippet, flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { visibleRows, type Column } from './virtual';
import VirtualTable from './VirtualTable.svelte';

let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.innerHTML = '';
});

interface Item {
  id: number;
}
const COLUMNS: Column[] = [
  { key: 'id', label: 'Number', width: 80, end: true, sort: 'descending' },
  { key: 'name', label: 'Name' },
];
const cell = createRawSnippet<[Item, Column]>((item, column) => ({
  render: () => `<span>${column().key === 'id' ? item().id : `name ${item().id}`}</span>`,
}));

function open(count: number, more: object = {}) {
  const heard = { onchoose: vi.fn(), onopen: vi.fn(), ontoggle: vi.fn(), onsort: vi.fn(), onend: vi.fn() };
  shown = mount(VirtualTable as unknown as Component<Record<string, unknown>>, {
    target: document.body,
    props: {
      label: 'Numbers',
      columns: COLUMNS,
      count,
      row: (index: number) => ({ id: index }),
      key: (item: Item) => String(item.id),
      cell,
      testid: 'numbers',
      selected: new Set(['2']),
      ...heard,
      ...more,
    },
  });
  flushSync();
  const grid = document.querySelector<HTMLElement>('[role=grid]');
  if (!grid) throw new Error('no grid');
  const press = (key: string) => {
    grid.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    flushSync();
  };
  return { ...heard, grid, press, rows: () => [...grid.querySelectorAll<HTMLElement>('[data-testid=numbers-row]')] };
}

it('keeps only the rows that are seen in the document, also with 100,000', () => {
  const { grid, rows, press } = open(100_000);
  expect(rows().length).toBeLessThan(60);
  expect(grid.getAttribute('aria-rowcount')).toBe('100001');
  expect(rows()[0]?.getAttribute('aria-rowindex')).toBe('2');
  press('End');
  expect(rows().length).toBeLessThan(60);
  expect(rows().at(-1)?.getAttribute('aria-rowindex')).toBe('100001');
  expect(rows().at(-1)?.textContent).toContain('name 99999');
});

it('is operated by the keyboard alone', () => {
  const { press, onchoose, onopen, ontoggle, grid } = open(1000);
  press('ArrowDown');
  press('ArrowDown');
  press('ArrowUp');
  expect(onchoose).toHaveBeenLastCalledWith({ id: 1 });
  const active = document.getElementById(grid.getAttribute('aria-activedescendant') ?? '');
  expect(active?.getAttribute('aria-rowindex')).toBe('3');
  press('Enter');
  expect(onopen).toHaveBeenCalledWith({ id: 1 });
  press(' ');
  expect(ontoggle).toHaveBeenCalledWith({ id: 1 });
  press('Home');
  press('ArrowUp');
  expect(onchoose).toHaveBeenLastCalledWith({ id: 0 });
});

it('says what is selected, and sorts by its heads', () => {
  const { rows, onsort } = open(10);
  expect(rows().map((row) => row.getAttribute('aria-selected'))[2]).toBe('true');
  expect(document.querySelector('th')?.getAttribute('aria-sort')).toBe('descending');
  document.querySelector<HTMLElement>('[data-testid=numbers-sort-id]')?.click();
  expect(onsort).toHaveBeenCalledWith('id');
});

it('shows a place for rows that are still to come, and asks for more at the end', () => {
  const { rows, onend, onchoose } = open(5, { row: () => undefined, total: 100_000 });
  expect(rows()).toHaveLength(5);
  expect(onend).toHaveBeenCalled();
  rows()[1]?.click();
  expect(onchoose).not.toHaveBeenCalled();
});

it('has no rows where there are none', () => {
  const { rows, press, onchoose, grid } = open(0);
  press('ArrowDown');
  expect(rows()).toHaveLength(0);
  expect(onchoose).not.toHaveBeenCalled();
  expect(grid.hasAttribute('aria-activedescendant')).toBe(false);
});

it('counts the rows of a window onto the list', () => {
  expect(visibleRows(0, 280, 28, 1000)).toEqual({ first: 0, last: 18 });
  expect(visibleRows(2800, 280, 28, 1000)).toEqual({ first: 92, last: 118 });
  expect(visibleRows(28_000_000, 280, 28, 1000)).toEqual({ first: 999, last: 1000 });
  expect(visibleRows(0, 280, 28, 0)).toEqual({ first: 0, last: 0 });
});
