import type { BackupFound, ProxySetting, Settings } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { Task } from '@/shared/task.svelte';
import type { Workspace } from '@/shared/workspace.svelte';

/** The sizes that Ctrl + and Ctrl - go through. */
export const ZOOMS = [50, 67, 80, 90, 100, 110, 125, 150, 175, 200] as const;

/** The settings of this computer. */
export class SettingsState {
  settings = $state.raw<Settings | null>(null);
  proxyUse = $state<ProxySetting['use']>('system');
  proxyUrl = $state('');
  proxyUser = $state('');
  proxyPassword = $state('');
  proxyReplacing = $state(false);
  bypass = $state('');
  caPem = $state('');
  clipboardSeconds = $state('');
  now = $state('');
  then = $state('');
  again = $state('');
  changing = $state(false);
  backupFile = $state('');
  restoreFile = $state('');
  found = $state.raw<BackupFound | null>(null);
  written = $state<string | null>(null);
  diagnosticsText = $state<string | null>(null);
  diagnosticsFile = $state<string | null>(null);
  licences = $state<string | null>(null);
  readonly reading = new Task();
  readonly zooming = new Task();
  readonly network = new Task();
  readonly clipboard = new Task();
  readonly passphrase = new Task();
  readonly keychain = new Task();
  readonly folder = new Task();
  readonly backup = new Task();
  readonly restore = new Task();
  readonly diagnosing = new Task();
  readonly licensing = new Task();
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  async read(): Promise<void> {
    this.#take(await this.reading.run(() => this.#ipc.call('settings', {})), true);
  }

  async zoom(percent: number): Promise<void> {
    const state = await this.zooming.run(() => this.#ipc.call('set_zoom', { percent }));
    if (state) {
      this.#workspace.state = state;
      announcer.say(`${state.zoom} %`);
    }
  }

  async zoomBy(step: 1 | -1): Promise<void> {
    const now = this.#workspace.state?.zoom ?? 100;
    const next = step === 1 ? ZOOMS.find((zoom) => zoom > now) : ZOOMS.findLast((zoom) => zoom < now);
    if (next) {
      await this.zoom(next);
    }
  }

  /** Whether what is typed about the network differs from what is kept. */
  get networkTouched(): boolean {
    const kept = this.settings;
    if (!kept) return false;
    const set = kept.proxy.use === 'set' ? kept.proxy : null;
    return (
      this.proxyUse !== kept.proxy.use ||
      this.caPem.trim() !== kept.ca_pem.trim() ||
      this.proxyPassword !== '' ||
      (this.proxyUse === 'set' &&
        (this.proxyUrl !== (set?.url ?? '') ||
          this.proxyUser !== (set?.user ?? '') ||
          this.bypass !== (set?.bypass.join(', ') ?? '')))
    );
  }

  async saveNetwork(): Promise<void> {
    const proxy: ProxySetting =
      this.proxyUse === 'set'
        ? {
            use: 'set',
            url: this.proxyUrl,
            user: this.proxyUser,
            password_kept: false,
            bypass: this.bypass.split(/[\s,;]+/).filter(Boolean),
          }
        : { use: this.proxyUse };
    const saved = await this.network.run(() =>
      this.#ipc.call('save_network', {
        proxy,
        proxy_password: this.proxyPassword || null,
        ca_pem: this.caPem,
      }),
    );
    if (saved) {
      this.#take(saved, true);
      announcer.say('Saved. The next call goes that way.');
    }
  }

  async saveClipboard(): Promise<void> {
    const seconds = Number(this.clipboardSeconds);
    if (!Number.isInteger(seconds) || seconds < 0) {
      return;
    }
    this.#take(await this.clipboard.run(() => this.#ipc.call('set_clipboard_time', { seconds })));
  }

  get canChangePassphrase(): boolean {
    const needed = this.#workspace.state?.vault.state === 'passphrase';
    return (!needed || this.now !== '') && this.then.length >= 12 && this.then === this.again;
  }

  async changePassphrase(): Promise<void> {
    if (!this.canChangePassphrase) return;
    const { now, then } = this;
    const state = await this.passphrase.run(() =>
      this.#ipc.call('change_passphrase', { now: now === '' ? null : now, then }),
    );
    if (state) {
      this.#workspace.state = state;
      this.forgetPassphrases();
      announcer.say('The passphrase is changed.');
    }
  }

  forgetPassphrases(): void {
    this.changing = false;
    this.now = '';
    this.then = '';
    this.again = '';
    this.passphrase.forget();
  }

  async useKeychain(): Promise<void> {
    const state = await this.keychain.run(() => this.#ipc.call('use_keychain', {}));
    if (state) this.#workspace.state = state;
  }

  async openFolder(): Promise<void> {
    await this.folder.run(() => this.#ipc.call('open_data_folder', {}));
  }

  async backUp(): Promise<void> {
    this.written = null;
    const done = await this.backup.run(() => this.#ipc.call('back_up', { file: this.backupFile }));
    this.written = done?.file ?? null;
    if (done) announcer.say('The backup is written.');
  }

  async lookAtBackup(): Promise<void> {
    this.found = null;
    const found = await this.restore.run(() =>
      this.#ipc.call('restore_backup', { file: this.restoreFile, take: false }),
    );
    this.found = found ?? null;
  }

  async restoreIt(): Promise<void> {
    const found = await this.restore.run(() =>
      this.#ipc.call('restore_backup', { file: this.restoreFile, take: true }),
    );
    if (found) {
      this.found = found;
      await this.read();
    }
  }

  async keepWhatIsHere(): Promise<void> {
    this.#take(await this.restore.run(() => this.#ipc.call('forget_restore', {})));
    this.found = null;
  }

  async quit(): Promise<void> {
    await this.restore.run(() => this.#ipc.call('quit', {}));
  }

  async showDiagnostics(): Promise<void> {
    this.diagnosticsFile = null;
    const bundle = await this.diagnosing.run(() => this.#ipc.call('diagnostics', {}));
    this.diagnosticsText = bundle?.text ?? null;
  }

  async writeDiagnostics(): Promise<void> {
    const done = await this.diagnosing.run(() => this.#ipc.call('write_diagnostics', { file: '' }));
    this.diagnosticsFile = done?.file ?? null;
  }

  async showLicences(): Promise<void> {
    const { text } = (await this.licensing.run(() => this.#ipc.call('licences', {}))) ?? { text: null };
    this.licences = text;
  }

  #take(settings: Settings | undefined, fields = false): void {
    if (!settings) {
      return;
    }
    this.settings = settings;
    this.clipboardSeconds = String(settings.clipboard_seconds);
    if (fields) {
      const { proxy } = settings;
      this.proxyUse = proxy.use;
      this.proxyUrl = proxy.use === 'set' ? proxy.url : '';
      this.proxyUser = proxy.use === 'set' ? proxy.user : '';
      this.bypass = proxy.use === 'set' ? proxy.bypass.join(', ') : '';
      this.proxyPassword = '';
      this.proxyReplacing = false;
      this.caPem = settings.ca_pem;
    }
  }
}
