import type { SignIn } from '@/ipc/bindings';
import { later, refuse, TestIpc } from '@/shared/testing/ipc';
import { provider, signIn, token } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { endOf, scopesOf, SHOWN_FOR_MS, TokensState } from './tokens.svelte';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-22T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

function begun() {
  const ipc = new TestIpc({});
  const workspace = new Workspace(ipc);
  workspace.providers = [provider()];
  return { ipc, workspace, tokens: new TokensState(ipc, workspace) };
}

const failed = (code: 'cancelled' | 'provider_refused'): SignIn =>
  signIn({ phase: { phase: 'failed', error: { code, message: 'no', hint: '', field: null }, provider_words: null } });

it('goes from the browser to the token by itself', async () => {
  const { ipc, tokens, workspace } = begun();
  ipc.on({ start_sign_in: () => signIn() });
  await tokens.start();
  expect(ipc.last('start_sign_in')).toEqual({ provider_id: 'ghes', open_browser: true });
  expect(tokens.standing(0).mood).toBe('running');
  tokens.hear({ event: 'sign_in', sign_in: signIn({ attempt: 'another', phase: { phase: 'exchanging' } }) });
  expect(tokens.signIn?.phase.phase).toBe('waiting');
  tokens.hear({ event: 'sign_in', sign_in: signIn({ phase: { phase: 'exchanging' } }) });
  tokens.hear({ event: 'sign_in', sign_in: signIn({ phase: { phase: 'done', token: token() } }) });
  expect([tokens.mode, tokens.token?.id, workspace.tokens.length, tokens.signIn]).toEqual(['token', 't1', 1, null]);
});

it('does not miss an ending that comes before the beginning was answered', async () => {
  const { ipc, tokens } = begun();
  const answer = later<SignIn>();
  ipc.on({ start_sign_in: () => answer.promise });
  const start = tokens.start();
  tokens.hear({ event: 'sign_in', sign_in: failed('provider_refused') });
  answer.resolve(signIn());
  await start;
  expect(tokens.signIn?.phase.phase).toBe('failed');
});

it('can be cancelled, and hears no more of it', async () => {
  const { ipc, tokens } = begun();
  ipc.on({ start_sign_in: () => signIn(), cancel_sign_in: () => ({}) });
  await tokens.start();
  await tokens.cancel();
  expect(ipc.last('cancel_sign_in')).toEqual({ attempt: 'a1' });
  tokens.hear({ event: 'sign_in', sign_in: failed('cancelled') });
  expect([tokens.signIn, tokens.mode]).toEqual([null, 'token']);
});

it('says why a sign-in could not begin', async () => {
  const { ipc, tokens } = begun();
  ipc.on({ start_sign_in: () => refuse({ code: 'port_taken', message: 'port 8400 is taken' }) });
  await tokens.start();
  expect([tokens.mode, tokens.starting.error?.code]).toEqual(['sign-in', 'port_taken']);
  expect(tokens.standing(0).mood).toBe('bad');
});

it('forgets an address with a code once it was handed over, and keeps it when it was refused', async () => {
  const { ipc, tokens } = begun();
  ipc.on({ start_sign_in: () => signIn(), paste_callback: () => refuse({ code: 'foreign_callback', field: 'url' }) });
  await tokens.start();
  tokens.callbackUrl = 'http://127.0.0.1:5000/callback?code=x&state=other';
  await tokens.handOver();
  expect(tokens.callbackUrl).not.toBe('');
  ipc.on({ paste_callback: () => signIn({ phase: { phase: 'exchanging' } }) });
  await tokens.handOver();
  expect(tokens.callbackUrl).toBe('');
});

it('keeps what it heard of a sign-in over an older answer', async () => {
  const { ipc, tokens } = begun();
  const failed = signIn({
    phase: {
      phase: 'failed',
      provider_words: '',
      error: { code: 'provider', message: 'it was denied', hint: '', field: null },
    },
  } as never);
  ipc.on({
    start_sign_in: () => signIn(),
    paste_callback: () => {
      tokens.hear({ event: 'sign_in', sign_in: failed });
      return signIn();
    },
  });
  await tokens.start();
  tokens.callbackUrl = 'http://127.0.0.1:5000/callback?error=access_denied&state=x';
  await tokens.handOver();
  expect(tokens.signIn?.phase.phase).toBe('failed');
});

it('hides a token half a minute after it was shown', async () => {
  const { ipc, tokens, workspace } = begun();
  workspace.tokens = [token()];
  ipc.on({ show_token: () => ({ secret: 'gho_secret' }) });
  await tokens.show();
  expect(tokens.shown?.secret).toBe('gho_secret');
  vi.advanceTimersByTime(SHOWN_FOR_MS);
  expect(tokens.shown).toBeNull();
});

it('hides a shown token when another one is chosen', async () => {
  const { ipc, tokens, workspace } = begun();
  workspace.tokens = [token(), token({ id: 't2' })];
  ipc.on({ show_token: () => ({ secret: 'gho_secret' }) });
  await tokens.show();
  tokens.choose('t2');
  expect(tokens.shown).toBeNull();
});

it('keeps a pasted token and forgets its text', async () => {
  const { ipc, tokens } = begun();
  ipc.on({ paste_token: ({ name }) => token({ id: 't9', name }) });
  tokens.openPaste();
  tokens.pasteSecret = ' {"access_token":"gho_abc","token_type":"bearer"}\n';
  tokens.pasteName = 'pipeline';
  await tokens.paste();
  expect(ipc.last('paste_token')).toEqual({ name: 'pipeline', provider_id: null, user: null, secret: 'gho_abc' });
  expect([tokens.pasteSecret, tokens.mode, tokens.token?.id]).toEqual(['', 'token', 't9']);
});

it('sends a password as it was typed', async () => {
  const { ipc, tokens } = begun();
  ipc.on({ paste_token: () => token() });
  tokens.pasteUser = 'fred';
  tokens.pasteSecret = '{"access_token":"x"}';
  await tokens.paste();
  expect(ipc.last('paste_token')).toMatchObject({ user: 'fred', secret: '{"access_token":"x"}' });
});

it('says when a token ends and which scopes were left out', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  expect(endOf(token(), now).text).toBe('No end');
  expect(endOf(token({ ends_at: '2026-11-22T12:14:32Z' }), now).text).toBe('14 min');
  expect(endOf(token({ ends_at: '2026-11-22T11:00:00Z' }), now).text).toBe('Ended');
  expect(scopesOf(token({ scopes_asked: ['a', 'b'], scopes_granted: ['a', 'c'] }))).toEqual([
    { scope: 'a', granted: true },
    { scope: 'b', granted: false },
    { scope: 'c', granted: true },
  ]);
});

it('shows a code for another device and begins the same way again', async () => {
  const { ipc, tokens } = begun();
  const device = { user_code: 'WDJB-MJHT', verification_uri: 'https://id.example.com/enter', complete_uri: null };
  ipc.on({ start_device_sign_in: () => signIn({ device }) });
  await tokens.startOnDevice();
  expect(ipc.last('start_device_sign_in')).toEqual({ id: 'ghes' });
  expect(tokens.signIn?.device?.user_code).toBe('WDJB-MJHT');
  expect(tokens.standing(0).text).toContain('until the code is entered');
  tokens.hear({ event: 'sign_in', sign_in: failed('provider_refused') });
  await tokens.again();
  expect(ipc.asked.filter(({ name }) => name === 'start_device_sign_in').length).toBe(2);
});

it('hears of a token that was refreshed by itself, and not of one that is gone', () => {
  const { tokens, workspace } = begun();
  workspace.tokens = [token()];
  tokens.hear({ event: 'token_changed', token: token({ refresh_problem: 'refused' }) });
  tokens.hear({ event: 'token_changed', token: token({ id: 'gone' }) });
  expect(workspace.tokens.map(({ id, refresh_problem: problem }) => [id, problem])).toEqual([['t1', 'refused']]);
});

it('keeps a token whose provider did not take it back, and drops one that it did', async () => {
  const { ipc, tokens, workspace } = begun();
  workspace.tokens = [token()];
  ipc.on({ sign_out: () => refuse({ code: 'connect' }) });
  await tokens.signOut();
  expect([workspace.tokens.length, tokens.acting.error?.code]).toEqual([1, 'connect']);
  ipc.on({ sign_out: () => ({ tokens: [], message: 'void' }) });
  await tokens.signOut();
  expect(workspace.tokens).toEqual([]);
});
