import type { AppState, HomeState, Settings } from '../src/ipc/bindings';
import type { CommandName, ReplyOf, RequestOf } from '../src/ipc/ipc';

const HOUR = 3_600_000;
const iso = (offset: number) => new Date(Date.now() + offset).toISOString();

/** What environments, Home and settings answer while one looks at screens. */
export function frame(app: { state: () => AppState; become: (state: AppState) => AppState }) {
  let settings: Settings = {
    proxy: { use: 'system' },
    ca_pem: '',
    ca_count: 0,
    clipboard_seconds: 60,
    data_dir: '/home/anna/.local/share/gatewright',
    restore_waits: false,
  };
  let sandboxRuns = false;
  const home = (): HomeState => {
    const state = app.state();
    const first = state.first_start;
    return {
      environments: state.environments.map((environment) => {
        const here = environment.id === state.environment.id;
        const done = (text: string) => ({ mark: 'done' as const, text });
        return {
          environment,
          steps: here
            ? state.steps
            : {
                products: done('3 products ready'),
                provider: done('GitHub Enterprise, Keycloak'),
                token: done('fred, ends in 7 h 38 min'),
                username: done('/login, lowercase'),
                test: environment.kind === 'sandbox' ? { mark: 'todo', text: 'Not tested' } : done('42 of 42 good'),
                publish: environment.kind === 'sandbox' ? { mark: 'todo', text: 'No gateway paired' } : done('v42'),
              },
          gateway: environment.kind === 'sandbox' ? 'No gateway' : here ? 'v17' : 'v42',
          gateway_mark: environment.kind === 'sandbox' ? 'todo' : 'done',
          differs: environment.kind === 'sandbox' ? null : here ? 5 : 0,
        };
      }),
      ending: first
        ? []
        : [
            { what: 'token', name: 'jdoe', whose: 'Keycloak', environment: 'staging', at: iso(14 * 60_000) },
            { what: 'key', name: 'build cache', whose: 'svc-build', environment: 'production', at: iso(50 * HOUR) },
            { what: 'key', name: 'confluence export', whose: 'jdoe', environment: 'production', at: iso(216 * HOUR) },
          ],
      failed: first
        ? []
        : [
            {
              what: 'test',
              name: "Confluence with fred's token",
              why: 'Anonymous',
              environment: 'staging',
              at: iso(-HOUR),
            },
            { what: 'check', name: 'Reports', why: '1 of 4 differ', environment: 'production', at: iso(-2 * HOUR) },
          ],
      sandbox: sandboxRuns
        ? {
            state: 'running',
            people: [
              { user: 'fred', password: 'fred-password', note: 'May do everything in all three products.' },
              { user: 'dino', password: 'dino-password', note: 'Is not in Bitbucket.' },
            ],
          }
        : { state: 'ready' },
    };
  };
  const handlers = {
    create_environment: ({ name, kind }) => {
      const state = app.state();
      const environment = { id: name.toLowerCase(), name, kind };
      return app.become({ ...state, environment, environments: [...state.environments, environment] });
    },
    change_environment: ({ id, name, kind }) => {
      const state = app.state();
      const environment = { id, name, kind };
      const environments = state.environments.map((one) => (one.id === id ? environment : one));
      return app.become({ ...state, environment, environments });
    },
    switch_environment: ({ id }) => {
      const state = app.state();
      const environment = state.environments.find((one) => one.id === id) ?? state.environment;
      return app.become({ ...state, environment });
    },
    remove_environment: ({ id }) => {
      const state = app.state();
      const environments = state.environments.filter((one) => one.id !== id);
      return app.become({ ...state, environments, environment: environments[0] ?? state.environment });
    },
    promote: ({ take }) => ({
      changes: [
        {
          path: 'access.groups_read_only',
          title: 'Read-only groups',
          detail: 'contractors added',
          effect: 'narrower',
          line: 12,
          example: '',
        },
        {
          path: 'access.bypass',
          title: 'Bypass',
          detail: 'Jira serverInfo added',
          effect: 'wider',
          line: 20,
          example: '',
        },
      ],
      products_kept: ['jira', 'confluence'],
      products_missing: ['bitbucket'],
      providers: ['GitHub Enterprise'],
      secrets: ['Client secret of GitHub Enterprise'],
      taken: take,
    }),
    home,
    start_sandbox: () => {
      sandboxRuns = true;
      return app.state();
    },
    stop_sandbox: () => {
      sandboxRuns = false;
      return app.state();
    },
    settings: () => settings,
    save_network: ({ proxy, ca_pem }) => (settings = { ...settings, proxy, ca_pem, ca_count: ca_pem ? 1 : 0 }),
    set_clipboard_time: ({ seconds }) => (settings = { ...settings, clipboard_seconds: seconds }),
    set_zoom: ({ percent }) => app.become({ ...app.state(), zoom: percent }),
    change_passphrase: () => app.become({ ...app.state(), vault: { state: 'passphrase' } }),
    use_keychain: () => app.become({ ...app.state(), vault: { state: 'keychain' } }),
    open_data_folder: () => ({}),
    back_up: ({ file }) => ({ file: file || '/home/anna/Downloads/gatewright-backup.gwbackup' }),
    restore_backup: ({ take }) => {
      settings = { ...settings, restore_waits: take };
      return {
        made_at: iso(-24 * HOUR),
        program: '0.1.0',
        environments: ['Staging', 'Production'],
        passphrase: false,
        same_workspace: true,
        taken: take,
      };
    },
    forget_restore: () => (settings = { ...settings, restore_waits: false }),
    diagnostics: () => ({ text: 'Gatewright 0.1.0\nsystem linux x86_64\n' }),
    write_diagnostics: () => ({ file: '/home/anna/Downloads/gatewright-diagnostics.txt' }),
    licences: () => ({ text: 'MIT License' }),
    quit: () => ({}),
  } satisfies { [Name in CommandName]?: (request: RequestOf<Name>) => ReplyOf<Name> };
  return handlers;
}
