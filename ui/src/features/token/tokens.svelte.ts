import type { AppEvent, Provider, SignIn, Token } from '@/ipc/bindings';
import type { Ipc } from '@/ipc/ipc';
import { announcer } from '@/shared/announce.svelte';
import { roughly } from '@/shared/format';
import { Task } from '@/shared/task.svelte';
import type { Mood } from '@/shared/tone';
import type { Workspace } from '@/shared/workspace.svelte';
import { recognise } from './recognise';

/** A token that is shown is hidden again after this time. */
export const SHOWN_FOR_MS = 30_000;

/** When a token ends, in one or two words, for lists. */
export function endOf(token: Token, now: number): { mood: Mood; text: string } {
  if (token.ends_at === null) {
    return { mood: 'unknown', text: 'No end' };
  }
  const left = Date.parse(token.ends_at) - now;
  return left <= 0
    ? { mood: 'unknown', text: 'Ended' }
    : { mood: left < 60_000 ? 'warning' : 'good', text: roughly(left) };
}

/** What was asked for and what was granted, each scope once. */
export function scopesOf(token: Token): { scope: string; granted: boolean | null }[] {
  const granted = token.scopes_granted;
  const all = [...new Set([...token.scopes_asked, ...(granted ?? [])])];
  return all.map((scope) => ({ scope, granted: granted === null ? null : granted.includes(scope) }));
}

/** A token to work with: signing in, pasting one, and what is known of those that are kept. */
export class TokensState {
  mode = $state<'token' | 'sign-in' | 'paste'>('token');
  query = $state('');
  signIn = $state.raw<SignIn | null>(null);
  callbackUrl = $state('');
  pasteSecret = $state('');
  pasteUser = $state('');
  pasteName = $state('');
  pasteProvider = $state('');
  newName = $state<string | null>(null);
  shown = $state.raw<{ id: string; secret: string; until: number } | null>(null);
  copied = $state.raw<{ id: string; until: number } | null>(null);
  readonly starting = new Task();
  #givenUp = false;
  readonly cancelling = new Task();
  readonly handing = new Task();
  readonly fetching = new Task();
  readonly pasting = new Task();
  readonly renaming = new Task();
  readonly acting = new Task();
  #providerId = $state<string | null>(null);
  #onDevice = false;
  #heard = new Map<string, SignIn>();
  #given = new Set<string>();
  #hide: ReturnType<typeof setTimeout> | undefined;
  #ipc: Ipc;
  #workspace: Workspace;

  constructor(ipc: Ipc, workspace: Workspace) {
    this.#ipc = ipc;
    this.#workspace = workspace;
  }

  get providers(): Provider[] {
    return this.#workspace.providers;
  }

  /** Where a new sign-in would go. */
  get provider(): Provider | null {
    return (
      this.providers.find(({ id }) => id === this.#providerId) ??
      this.providers.find(({ missing }) => missing.length === 0) ??
      this.providers[0] ??
      null
    );
  }

  set providerId(id: string) {
    this.#providerId = id;
  }

  get token(): Token | null {
    return this.#workspace.token;
  }

  get found(): Token[] {
    const query = this.query.trim().toLowerCase();
    return this.#workspace.tokens.filter(
      ({ name, provider_name: provider, kind }) =>
        !query || `${name} ${provider ?? ''} ${kind}`.toLowerCase().includes(query),
    );
  }

  choose(id: string): void {
    this.#workspace.tokenId = id;
    this.mode = 'token';
    this.newName = null;
    this.hide();
    this.acting.forget();
    this.renaming.forget();
  }

  /** Begins a sign-in as the last one was begun. */
  async again(): Promise<void> {
    await this.start(true, this.#onDevice);
  }

  /** Begins a sign-in on another device. */
  async startOnDevice(): Promise<void> {
    await this.start(false, true);
  }

  /** Begins a sign-in; `openBrowser` false only shows the address. */
  async start(openBrowser = true, onDevice = false): Promise<void> {
    const provider = this.provider;
    if (!provider || this.starting.busy) {
      return;
    }
    const before = this.signIn;
    if (before && isUnderWay(before)) {
      await this.cancel();
    }
    this.mode = 'sign-in';
    this.#onDevice = onDevice;
    this.signIn = null;
    this.callbackUrl = '';
    this.handing.forget();
    const begun = await this.starting.run(() =>
      onDevice
        ? this.#ipc.call('start_device_sign_in', { id: provider.id })
        : this.#ipc.call('start_sign_in', { provider_id: provider.id, open_browser: openBrowser }),
    );
    const givenUp = this.#givenUp;
    this.#givenUp = false;
    if (givenUp) {
      // It was cancelled before it had an id; should it have begun all the same, it ends now.
      this.starting.forget();
      if (begun) {
        this.#given.add(begun.attempt);
        await this.#ipc.call('cancel_sign_in', { attempt: begun.attempt }).catch(() => undefined);
      }
      return;
    }
    if (begun) {
      this.signIn = begun;
      const later = this.#heard.get(begun.attempt);
      if (later) {
        this.#take(later);
      }
    }
  }

  /** Hears of sign-ins; those that were given up are not listened to. */
  hear(event: AppEvent): void {
    if (event.event === 'sign_in' && !this.#given.has(event.sign_in.attempt)) {
      this.#heard.set(event.sign_in.attempt, event.sign_in);
      if (this.signIn?.attempt === event.sign_in.attempt) {
        this.#take(event.sign_in);
      }
    } else if (event.event === 'token_changed') {
      if (this.#workspace.tokens.some(({ id }) => id === event.token.id)) {
        this.#workspace.keepToken(event.token);
      }
    }
  }

  #take(signIn: SignIn): void {
    const { phase } = signIn;
    if (phase.phase === 'done') {
      this.#heard.delete(signIn.attempt);
      this.signIn = null;
      this.callbackUrl = '';
      this.#keep(phase.token);
      announcer.say(`Signed in: ${phase.token.name}.`);
      return;
    }
    if (phase.phase === 'failed' && phase.error.code === 'cancelled') {
      this.signIn = null;
      this.mode = 'token';
      return;
    }
    this.signIn = signIn;
    if (phase.phase === 'failed') {
      announcer.say(`The sign-in failed. ${phase.error.message}`);
    }
  }

  #keep(token: Token): void {
    this.#workspace.keepToken(token);
    this.choose(token.id);
  }

  async cancel(): Promise<void> {
    const signIn = this.signIn;
    if (!signIn) {
      this.mode = 'token';
      if (this.starting.busy) {
        // It has no id before the provider has answered.
        this.#givenUp = true;
        await this.cancelling.run(() => this.#ipc.call('cancel_sign_in', { attempt: '' }));
        announcer.say('The sign-in was cancelled.');
      }
      return;
    }
    this.#given.add(signIn.attempt);
    this.#heard.delete(signIn.attempt);
    this.signIn = null;
    this.callbackUrl = '';
    this.mode = 'token';
    if (isUnderWay(signIn)) {
      await this.cancelling.run(() => this.#ipc.call('cancel_sign_in', { attempt: signIn.attempt }));
      announcer.say('The sign-in was cancelled.');
    }
  }

  async reopen(): Promise<void> {
    const signIn = this.signIn;
    if (signIn) {
      const again = await this.handing.run(() => this.#ipc.call('reopen_browser', { attempt: signIn.attempt }));
      // What was heard meanwhile is newer than this answer.
      if (again && this.signIn === signIn) {
        this.#take(again);
      }
    }
  }

  /** Hands over the address where the browser ended up. */
  async handOver(): Promise<void> {
    const signIn = this.signIn;
    if (!signIn) {
      return;
    }
    const url = this.callbackUrl.trim();
    const next = await this.handing.run(() => this.#ipc.call('paste_callback', { attempt: signIn.attempt, url }));
    if (next) {
      this.callbackUrl = '';
      // What was heard meanwhile is newer than this answer.
      if (this.signIn === signIn) this.#take(next);
    }
  }

  async fetchClientCredentials(): Promise<void> {
    const provider = this.provider;
    if (!provider) {
      return;
    }
    const token = await this.fetching.run(() =>
      this.#ipc.call('fetch_client_credentials', { provider_id: provider.id }),
    );
    if (token) {
      this.#keep(token);
      announcer.say(`Fetched: ${token.name}.`);
    }
  }

  openPaste(): void {
    this.mode = 'paste';
    this.pasting.forget();
    this.hide();
  }

  clearPaste(): void {
    this.pasteSecret = '';
    this.pasteUser = '';
    this.pasteName = '';
    this.pasting.forget();
  }

  /** Keeps what was pasted; the text is gone from the window once it was taken. */
  async paste(): Promise<Token | null> {
    const secret = this.pasteUser.trim() ? this.pasteSecret.trim() : (recognise(this.pasteSecret)?.secret ?? '');
    const token = await this.pasting.run(() =>
      this.#ipc.call('paste_token', {
        name: this.pasteName.trim(),
        provider_id: this.pasteProvider || null,
        user: this.pasteUser.trim() || null,
        secret,
      }),
    );
    if (!token) {
      return null;
    }
    this.clearPaste();
    this.#keep(token);
    announcer.say(`Kept: ${token.name}.`);
    return token;
  }

  async refresh(): Promise<void> {
    const token = this.token;
    if (token) {
      const fresh = await this.acting.run(() => this.#ipc.call('refresh_token', { id: token.id }));
      if (fresh) {
        this.hide();
        this.#workspace.keepToken(fresh);
        announcer.say('The token was refreshed.');
      }
    }
  }

  /** Whether the token is refreshed by itself before it ends. */
  async refreshByItself(on: boolean): Promise<void> {
    const token = this.token;
    if (token) {
      const changed = await this.acting.run(() => this.#ipc.call('refresh_by_itself', { id: token.id, on }));
      if (changed) {
        this.#workspace.keepToken(changed);
      }
    }
  }

  /** Gives the token back to its provider, and deletes it here. */
  async signOut(): Promise<void> {
    const token = this.token;
    if (token) {
      const out = await this.acting.run(() => this.#ipc.call('sign_out', { id: token.id }));
      if (out) {
        this.hide();
        this.#workspace.tokens = out.tokens;
        this.#workspace.tokenId = null;
        announcer.say(out.message);
      }
    }
  }

  async rename(): Promise<void> {
    const token = this.token;
    const name = this.newName?.trim() ?? '';
    if (!token || !name) {
      return;
    }
    const renamed = await this.renaming.run(() => this.#ipc.call('rename_token', { id: token.id, name }));
    if (renamed) {
      this.#workspace.keepToken(renamed);
      this.newName = null;
    }
  }

  async remove(): Promise<void> {
    const token = this.token;
    if (!token) {
      return;
    }
    const left = await this.acting.run(() => this.#ipc.call('remove_token', { id: token.id }));
    if (left) {
      this.hide();
      this.#workspace.tokens = left.tokens;
      this.#workspace.tokenId = null;
      announcer.say(`${token.name} was removed.`);
    }
  }

  /** Shows the token for half a minute. */
  async show(): Promise<void> {
    const token = this.token;
    if (!token) {
      return;
    }
    const answer = await this.acting.run(() => this.#ipc.call('show_token', { id: token.id }));
    if (answer) {
      this.shown = { id: token.id, secret: answer.secret, until: Date.now() + SHOWN_FOR_MS };
      clearTimeout(this.#hide);
      this.#hide = setTimeout(() => this.hide(), SHOWN_FOR_MS);
    }
  }

  hide(): void {
    clearTimeout(this.#hide);
    this.shown = null;
  }

  async copy(): Promise<void> {
    const token = this.token;
    if (!token) {
      return;
    }
    const answer = await this.acting.run(() => this.#ipc.call('copy_token', { id: token.id }));
    if (answer) {
      this.copied = { id: token.id, until: Date.now() + answer.leaves_after_seconds * 1000 };
      announcer.say(`Copied. It leaves the clipboard in ${answer.leaves_after_seconds} seconds.`);
    }
  }

  /** Where this stands, for the bar below. */
  standing(now: number): { mood: Mood; text: string } {
    if (this.mode === 'sign-in') {
      return this.#signInStanding();
    }
    if (this.mode === 'paste') {
      return { mood: 'todo', text: 'A pasted token is kept under a name, sealed on this computer.' };
    }
    const token = this.token;
    if (!token) {
      return this.providers.length === 0
        ? { mood: 'todo', text: 'No token yet. Signing in needs a provider; a token from elsewhere can be pasted.' }
        : { mood: 'todo', text: 'No token yet. Sign in once, or paste one.' };
    }
    const left = token.ends_at === null ? null : Date.parse(token.ends_at) - now;
    if (left !== null && left <= 0) {
      return {
        mood: 'warning',
        text: `${token.name} has ended. ${token.refresh_token_kept ? 'It can be refreshed.' : 'Sign in again.'}`,
      };
    }
    const withheld = scopesOf(token).filter(({ granted }) => granted === false);
    if (withheld.length > 0) {
      return {
        mood: 'warning',
        text: `The token is there. The provider left out ${withheld.map(({ scope }) => scope).join(', ')}.`,
      };
    }
    return {
      mood: 'good',
      text:
        left === null
          ? `${token.name} is kept; it tells no end.`
          : `${token.name} is kept and ends in ${roughly(left)}.`,
    };
  }

  #signInStanding(): { mood: Mood; text: string } {
    if (this.starting.error) {
      return { mood: 'bad', text: 'No token yet: the sign-in could not begin. Nothing was sent.' };
    }
    switch (this.signIn?.phase.phase) {
      case 'exchanging':
        return { mood: 'running', text: 'The browser answered. The code is being exchanged for a token.' };
      case 'failed':
        return { mood: 'bad', text: 'No token yet. What you set up is kept.' };
      case 'waiting':
        return {
          mood: 'running',
          text: this.signIn.device
            ? 'Waiting until the code is entered. You can go on working in other screens meanwhile.'
            : 'Waiting for the answer of the browser. You can go on working in other screens meanwhile.',
        };
      case 'done':
      case undefined:
        return { mood: 'running', text: 'Beginning.' };
    }
  }
}

export function isUnderWay(signIn: SignIn): boolean {
  return signIn.phase.phase === 'waiting' || signIn.phase.phase === 'exchanging';
}
