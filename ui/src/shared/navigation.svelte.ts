export const SCREENS = ['home', 'products', 'provider', 'token', 'username', 'test', 'publish', 'settings'] as const;
export type Screen = (typeof SCREENS)[number];

export const STEPS = ['provider', 'token', 'username', 'test', 'publish'] as const;
export type Step = (typeof STEPS)[number];

export const TITLES = {
  home: 'Home',
  products: 'Products',
  provider: 'Provider',
  token: 'Token',
  username: 'Username',
  test: 'Test',
  publish: 'Publish',
  settings: 'Settings',
} as const satisfies Record<Screen, string>;

/** Which screen is shown. */
export class Navigation {
  screen = $state<Screen>('home');

  go(screen: Screen): void {
    this.screen = screen;
  }
}
