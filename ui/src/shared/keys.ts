const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), textarea:not([disabled]), summary, [tabindex]:not([tabindex="-1"])';

/** Moves the focus among the children that match `selector` with the arrow keys, Home and End. */
export function roving(node: HTMLElement, selector: string = '[data-rove]') {
  function onkeydown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const items = [...node.querySelectorAll<HTMLElement>(selector)];
    const at = items.findIndex((item) => item === document.activeElement);
    if (at < 0) {
      return;
    }
    const to = Math.min(items.length - 1, Math.max(0, at + step));
    event.preventDefault();
    items[to]?.focus();
  }
  node.addEventListener('keydown', onkeydown);
  return { destroy: () => node.removeEventListener('keydown', onkeydown) };
}

/** Moves the focus in a table of cells by the four arrows; cells carry `data-row` and `data-column`. */
export function rovingGrid(node: HTMLElement) {
  function onkeydown(event: KeyboardEvent) {
    const step = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[event.key];
    const here = (event.target as HTMLElement).closest<HTMLElement>('[data-row][data-column]');
    if (!step || !here || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const row = Number(here.dataset.row) + (step[0] ?? 0);
    const column = Number(here.dataset.column) + (step[1] ?? 0);
    const to = node.querySelector<HTMLElement>(`[data-row="${row}"][data-column="${column}"]`);
    if (to) {
      event.preventDefault();
      to.focus();
    }
  }
  node.addEventListener('keydown', onkeydown);
  return { destroy: () => node.removeEventListener('keydown', onkeydown) };
}

/** The next pane (F6) or the one before it (Shift F6). */
export function nextPane(backwards: boolean): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')].filter(
    (pane) => pane.offsetParent !== null && pane.querySelector(FOCUSABLE),
  );
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  const to = panes[(at + (backwards ? -1 : 1) + panes.length) % panes.length];
  (
    to?.querySelector<HTMLElement>('[aria-current="true"], [aria-current="page"], [aria-selected="true"]') ??
    to?.querySelector<HTMLElement>(FOCUSABLE)
  )?.focus();
}

/** Presses the one primary button of the dialog that is open, else of the screen. */
export function pressPrimary(): void {
  const place = document.querySelector('[role="dialog"], [role="alertdialog"]') ?? document;
  place.querySelector<HTMLElement>('[data-primary="true"]:not([aria-disabled="true"])')?.click();
}

/** Whether keys belong to a text that is being typed. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName))
  );
}
