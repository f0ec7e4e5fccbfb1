import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const features = [
  'checks',
  'environments',
  'frame',
  'history',
  'home',
  'products',
  'provider',
  'publish',
  'settings',
  'test',
  'token',
  'username',
  'vault',
];
const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only ui/src/ipc speaks to Tauri.',
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/ipc/bindings.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-undef': 'off',
      'no-eval': 'error',
      eqeqeq: 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/button-has-type': 'error',
      'svelte/no-navigation-without-resolve': 'off',
      // Maps and sets that are made and read within one function, or on purpose nobody watches.
      'svelte/prefer-svelte-reactivity': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  { files: ['src/**'], ignores: ['src/ipc/**'], rules: { 'no-restricted-imports': ['error', { patterns: [tauri] }] } },
  {
    files: ['src/shared/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            tauri,
            {
              group: ['@/features/*', '@/views/*', '**/features/**', '**/views/**'],
              message: 'Shared parts know no feature.',
            },
          ],
        },
      ],
    },
  },
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            tauri,
            {
              group: [
                '@/views/*',
                ...features.filter((other) => other !== feature).map((other) => `@/features/${other}/*`),
              ],
              message: 'Features never import each other; a view brings them together.',
            },
          ],
        },
      ],
    },
  })),
);
