export const SCREENS = [
  'home',
  'products',
  'provider',
  'token',
  'username',
  'test',
  'publish',
  'rules',
  'keys',
  'traffic',
  'tokens',
  'history',
  'settings',
] as const;
export type Screen = (typeof SCREENS)[number];

export const STEPS = ['provider', 'token', 'username', 'test', 'publish'] as const;
export type Step = (typeof STEPS)[number];

/** Whether a screen is one of the five steps. */
export function isStep(screen: string): screen is Step {
  return (STEPS as readonly string[]).includes(screen);
}

export const TITLES = {
  home: 'Home',
  products: 'Products',
  provider: 'Provider',
  token: 'Token',
  username: 'Username',
  test: 'Test',
  publish: 'Publish',
  tokens: 'Tokens',
  history: 'History',
  rules: 'Access rules',
  keys: 'API keys',
  traffic: 'Traffic',
  settings: 'Settings',
} as const satisfies Record<Screen, string>;

/** Which screen is shown. */
export class Navigation {
  screen = $state<Screen>('home');

  go(screen: Screen): void {
    this.screen = screen;
  }
}
