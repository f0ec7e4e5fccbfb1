import type { LookedUp } from '@/ipc/bindings';
import { refuse, TestIpc } from '@/shared/testing/ipc';
import { product, provider, token, userinfo } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import { expect, it, vi } from 'vitest';
import { likelyMatch, transformed } from './transform';
import { UsernameState } from './username.svelte';

const found = (username: string): LookedUp => ({
  outcome: 'found',
  text: `found as ${username}`,
  detail: '',
  username,
  groups: [],
});
const missing = (username: string): LookedUp => ({
  outcome: 'not_found',
  text: 'no such user',
  detail: '',
  username,
  groups: null,
});

function begun(info = userinfo()) {
  const ipc = new TestIpc({
    userinfo: () => info,
    look_up_user: ({ value, transform }) => {
      const name = transformed(value, transform);
      return name === 'fred' ? found(name) : missing(name);
    },
  });
  const workspace = new Workspace(ipc);
  workspace.tokens = [token()];
  workspace.providers = [provider()];
  workspace.products = [product(), product({ id: 'wiki', kind: 'confluence' })];
  return { ipc, workspace, username: new UsernameState(ipc, workspace) };
}

const asked = (ipc: TestIpc) => ipc.asked.filter(({ name }) => name === 'look_up_user').length;

it('looks up every candidate in every product at once', async () => {
  const { ipc, username } = begun();
  await username.read();
  await vi.waitFor(() => expect(asked(ipc)).toBe(4));
  expect(ipc.asked.filter(({ name }) => name === 'look_up_user').map(({ request }) => request)).toContainEqual({
    product_id: 'wiki',
    value: 'fred@example.com',
    transform: [],
    match_by: 'email',
  });
});

it('chooses what is clicked, and looks up only what it did not know yet', async () => {
  const { ipc, username } = begun();
  await username.read();
  await vi.waitFor(() => expect(asked(ipc)).toBe(4));
  username.choose('userinfo', '/login');
  expect(asked(ipc)).toBe(4);
  username.addStep('lowercase');
  expect(username.result).toBe('fred');
  await vi.waitFor(() => expect(username.standing.text).toContain('fred is found in Jira and wiki'));
  username.choose('userinfo', '/plan/name');
  expect(username.rows.at(-1)).toMatchObject({ pointer: '/plan/name', value: 'free' });
});

it('saves the rule with its provider', async () => {
  const { ipc, username, workspace } = begun();
  ipc.on({ save_username_rule: ({ rule }) => provider({ username: rule }) });
  await username.read();
  username.choose('userinfo', '/email');
  expect(username.dirty).toBe(true);
  await username.save();
  expect(ipc.last('save_username_rule')).toEqual({
    provider_id: 'ghes',
    rule: { from: 'userinfo', pointer: '/email', transform: [], match_by: 'email' },
  });
  expect(workspace.providers[0]?.username?.pointer).toBe('/email');
  expect(username.dirty).toBe(false);
  username.setMatch('username');
  expect(username.dirty).toBe(true);
});

it('begins with the rule that is kept', async () => {
  const { username, workspace } = begun();
  workspace.providers = [
    provider({ username: { from: 'userinfo', pointer: '/login', transform: ['lowercase'], match_by: 'username' } }),
  ];
  await username.read();
  expect([username.pointer, username.result, username.dirty]).toEqual(['/login', 'fred', false]);
});

it('refuses what the gateway cannot see', async () => {
  const { username } = begun(
    userinfo({
      id_token_claims: { preferred_username: 'fred' },
      candidates: [{ pointer: '/preferred_username', value: 'fred', from: 'id_token', gateway_sees_it: false }],
    }),
  );
  await username.read();
  expect(username.sources).toEqual(['userinfo', 'id_token']);
  username.choose('id_token', '/preferred_username');
  expect(username.obstacle).toContain('ID token');
});

it('says of a product that does not answer why, and goes on with the others', async () => {
  const { ipc, username } = begun();
  ipc.on({
    look_up_user: ({ product_id, value }) =>
      product_id === 'wiki' ? refuse({ message: 'timed out', hint: 'ask again' }) : found(value),
  });
  await username.read();
  username.choose('userinfo', '/login');
  await vi.waitFor(() => expect(username.standing.text).toContain('not in wiki'));
  expect(username.lookUpOf('wiki', 'Fred', 'username')).toEqual({ state: 'failed', message: 'timed out. ask again' });
});

it('looks up another person by the same rule', async () => {
  const { ipc, username } = begun();
  await username.read();
  username.choose('userinfo', '/login');
  username.addStep('lowercase');
  username.personTyped = ' JDoe ';
  username.addPerson();
  await vi.waitFor(() => expect(ipc.last('look_up_user')).toMatchObject({ value: 'JDoe', transform: ['lowercase'] }));
  expect([username.people, username.personTyped]).toEqual([['JDoe'], '']);
});

it('transforms step by step', () => {
  expect(transformed(' Fred@Example.com ', ['trim', 'before_at', 'lowercase'])).toBe('fred');
  expect(likelyMatch('fred@example.com', [])).toBe('email');
  expect(likelyMatch('fred@example.com', ['before_at'])).toBe('username');
});
