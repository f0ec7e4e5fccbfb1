import type { Environment, Theme } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import type { Navigation, Screen } from '@/shared/navigation.svelte';
import { isStep, SCREENS, STEPS, TITLES } from '@/shared/navigation.svelte';
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

/** What the frame needs of the environments. */
export interface EnvironmentActions {
  readonly all: readonly Environment[];
  readonly current: Environment | null;
  go(id: string): Promise<void>;
  ask(what: 'create' | 'change' | 'remove' | 'promote'): void;
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

  #environments: EnvironmentActions;

  constructor(ipc: Ipc, workspace: Workspace, navigation: Navigation, environments: EnvironmentActions) {
    this.#environments = environments;
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
        note: screen === 'products' || isStep(screen) ? (state?.[screen].text ?? '') : '',
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
    return [...screens, ...this.#places(), ...this.#environmentItems(), ...this.#actions(), ...themes, help];
  }

  /** What was set up, by name. */
  #places(): PaletteItem[] {
    const { products, providers, tokens } = this.#workspace;
    const place = (group: string, screen: Screen, id: string, name: string, note: string, chosen?: () => void) => ({
      key: `${screen}-${id}`,
      group,
      name,
      note,
      keys: '',
      run: () => {
        chosen?.();
        this.#navigation.go(screen);
      },
    });
    return [
      ...products.map(({ id, title, base_url }) => place('Products', 'products', id, title, `${id} ${base_url}`)),
      ...providers.map(({ id, name, client_id }) => place('Providers', 'provider', id, name, client_id)),
      ...tokens.map(({ id, name, provider_name, user }) =>
        place('Tokens', 'token', id, name, [provider_name, user].filter(Boolean).join(', '), () => {
          this.#workspace.tokenId = id;
        }),
      ),
    ];
  }

  #environmentItems(): PaletteItem[] {
    const { all, current } = this.#environments;
    const several = all.length > 1;
    const action = (key: 'create' | 'change' | 'remove' | 'promote', name: string) => ({
      key: `environment-${key}`,
      group: 'Environment',
      name,
      note: '',
      keys: '',
      run: () => this.#environments.ask(key),
    });
    return [
      ...all
        .filter(({ id }) => id !== current?.id)
        .map(({ id, name, kind }) => ({
          key: `environment-${id}`,
          group: 'Environment',
          name: `Go to ${name}`,
          note: kind,
          keys: '',
          run: () => void this.#environments.go(id),
        })),
      action('create', 'Add an environment'),
      action('change', `Rename ${current?.name ?? 'the environment'}`),
      ...(several
        ? [action('promote', 'Promote from another'), action('remove', `Remove ${current?.name ?? ''}`)]
        : []),
    ];
  }

  /** What can be done at once, whichever screen is shown. */
  #actions(): PaletteItem[] {
    const go = (key: string, name: string, screen: Screen) => ({
      key: `do-${key}`,
      group: 'Do',
      name,
      note: TITLES[screen],
      keys: '',
      run: () => this.#navigation.go(screen),
    });
    return [
      go('pair', 'Pair a gateway', 'publish'),
      go('backup', 'Back up or restore the workspace', 'settings'),
      go('diagnostics', 'Write diagnostics', 'settings'),
      go('network', 'Set proxy and certificates', 'settings'),
      go('passphrase', 'Change the passphrase', 'settings'),
    ];
  }
}
