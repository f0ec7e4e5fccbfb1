import type { Theme } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import type { Navigation, Screen } from '@/shared/navigation.svelte';
import { SCREENS, STEPS, TITLES } from '@/shared/navigation.svelte';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';

export const THEMES = ['system', 'light', 'dark'] as const satisfies readonly Theme[];
export const THEME_WORDS = { system: 'System', light: 'Light', dark: 'Dark' } as const satisfies Record<Theme, string>;

export interface PaletteItem {
  key: string;
  group: string;
  name: string;
  note: string;
  keys: string;
  run: () => void;
}

/** What stands around every screen: palette, list of shortcuts, theme. */
export class FrameState {
  paletteOpen = $state(false);
  paletteQuery = $state('');
  shortcutsOpen = $state(false);
  readonly theming = new Task();
  #ipc: Ipc;
  #workspace: Workspace;
  #navigation: Navigation;

  constructor(ipc: Ipc, workspace: Workspace, navigation: Navigation) {
    this.#ipc = ipc;
    this.#workspace = workspace;
    this.#navigation = navigation;
  }

  openPalette(): void {
    this.paletteQuery = '';
    this.paletteOpen = true;
  }

  async setTheme(theme: Theme): Promise<void> {
    const state = await this.theming.run(() => this.#ipc.call('set_theme', { theme }));
    if (state) {
      this.#workspace.state = state;
    }
  }

  /** The screen that a digit stands for: 0 is home, 1 to 5 the steps. */
  goByDigit(digit: string): boolean {
    const to: Screen | undefined = digit === '0' ? 'home' : STEPS[Number(digit) - 1];
    if (to) {
      this.#navigation.go(to);
    }
    return to !== undefined;
  }

  /** What the palette offers for what was typed: every word has to occur. */
  get found(): PaletteItem[] {
    const words = this.paletteQuery.toLowerCase().split(/\s+/).filter(Boolean);
    return this.#items().filter(({ name, note, group }) => {
      const text = `${group} ${name} ${note}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  run(item: PaletteItem): void {
    this.paletteOpen = false;
    item.run();
  }

  #items(): PaletteItem[] {
    const steps: readonly Screen[] = STEPS;
    const state = this.#workspace.state?.steps;
    const screens = SCREENS.map((screen) => {
      const at = steps.indexOf(screen);
      return {
        key: `go-${screen}`,
        group: 'Go to',
        name: TITLES[screen],
        note: screen === 'home' || screen === 'settings' ? '' : (state?.[screen].text ?? ''),
        keys: screen === 'home' ? 'Ctrl 0' : at >= 0 ? `Ctrl ${at + 1}` : '',
        run: () => this.#navigation.go(screen),
      };
    });
    const themes = THEMES.map((theme) => ({
      key: `theme-${theme}`,
      group: 'Look',
      name: `${THEME_WORDS[theme]} theme`,
      note: this.#workspace.state?.theme === theme ? 'now' : '',
      keys: '',
      run: () => void this.setTheme(theme),
    }));
    const help = {
      key: 'shortcuts',
      group: 'Help',
      name: 'Keyboard shortcuts',
      note: '',
      keys: '?',
      run: () => {
        this.shortcutsOpen = true;
      },
    };
    return [...screens, ...themes, help];
  }
}
