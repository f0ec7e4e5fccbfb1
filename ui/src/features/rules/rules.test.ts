import type { Rules, RulesState as Reply } from '@/ipc/bindings';
import { provideAround } from '@/shared/context';
import { Clipboard } from '@/shared/clipboard.svelte';
import { Confirmation } from '@/shared/confirm.svelte';
import { Navigation } from '@/shared/navigation.svelte';
import { appState, later, refuse, TestIpc } from '@/shared/testing/ipc';
import { gateway } from '@/shared/testing/samples';
import { Workspace } from '@/shared/workspace.svelte';
import RulesView from '@/views/Rules.svelte';
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { who } from './people';
import { localTime, loud, reportEnd, utcTime } from './report';
import { entriesOf, listPath, RulesState, SAVE_AFTER_MS } from './rules.svelte';

function draft(more: Partial<Rules> = {}): Rules {
  return {
    settings: {
      authentication: true,
      read_only: false,
      anonymous_passes: false,
      api_keys: true,
      oauth: true,
      basic_auth: true,
      basic_exceptions: [],
      product_tokens: false,
      users_may_create_keys: true,
      max_lifetime: '365d',
      max_per_user: '10',
    },
    access: {
      groups_allowed: [],
      groups_read_only: ['contractors'],
      groups_may_create_keys: [],
      addresses_allowed: ['10.0.0.0/8'],
      trusted_proxies: [],
      per_caller: '',
      per_address: '',
      failures_per_address: '',
      failures_per_user: '',
      report_only: [],
      public: [],
      bypass: [],
    },
    products: [],
    expect: [],
    audit_keep: '30d',
    audit_facts: '30d',
    ...more,
  };
}

function reply(more: Partial<Reply> = {}): Reply {
  return {
    rules: draft(),
    check: { problems: [], changes: 0 },
    products: [{ id: 'jira', title: 'Jira', kind: 'jira', directory: true }],
    presets: [{ kind: 'jira', used_as: 'public', path: '/rest/**', says: 'The whole REST API' }],
    based_on: 3,
    conflict: false,
    ...more,
  };
}

function begun(paired = false) {
  const ipc = new TestIpc({
    rules: () => reply(),
    refresh_rules: () => reply(),
    save_rules: () => ({ problems: [], changes: 1 }),
    check_addresses: () => ({ notes: [], probe: { answer: 'not_asked' } }),
    check_pattern: () => ({ problem: '', matches: ['GET /rest/api'], others: ['GET /status'], request_matches: null }),
    find_groups: () => ({ groups: [{ name: 'staff', products: ['Jira'], members: 7 }], more: false, unasked: [] }),
    group_members: ({ group }) => ({ group, exists: true, members: [], count: 0, more: false, unasked: [] }),
  });
  const workspace = new Workspace(ipc);
  workspace.state = appState({ gateway: paired ? gateway() : null });
  return { ipc, workspace, rules: new RulesState(ipc, workspace) };
}

let shown: ReturnType<typeof mount> | undefined;
async function show(all: ReturnType<typeof begun>) {
  const { ipc, workspace, rules } = all;
  const navigation = new Navigation();
  function Host(...[anchor, props]: Parameters<typeof RulesView>) {
    provideAround({
      clipboard: new Clipboard(ipc),
      confirmation: new Confirmation(),
      navigation,
      workspace,
      openPage: async () => undefined,
    });
    return RulesView(anchor, props);
  }
  document.body.innerHTML = '';
  shown = mount(Host as typeof RulesView, { target: document.body, props: { rules } });
  await vi.waitFor(() => expect(rules.rules).not.toBeNull());
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
  return navigation;
}
const find = (id: string) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`);

beforeEach(() => vi.useFakeTimers());
afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  vi.useRealTimers();
});

it('keeps what is typed a moment after the last key, and only once', async () => {
  const { ipc, rules } = begun();
  await rules.open();
  rules.setSetting('max_lifetime', '9');
  rules.setSetting('max_lifetime', '90d');
  expect(ipc.last('save_rules')).toBeUndefined();
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
  expect(ipc.asked.filter(({ name }) => name === 'save_rules')).toHaveLength(1);
  expect(ipc.last('save_rules')?.rules.settings.max_lifetime).toBe('90d');
  expect(rules.sentence).toBe('1 change, kept here until you publish.');
});

it('loses nothing that was typed while the gateway was asked', async () => {
  const { ipc, rules } = begun(true);
  const asked = later<Reply>();
  ipc.on({ refresh_rules: () => asked.promise });
  const opened = rules.open();
  await vi.waitFor(() => expect(rules.rules).not.toBeNull());
  rules.setAccess('per_caller', '600/m');
  asked.resolve(reply({ based_on: 4 }));
  await opened;
  expect(rules.rules?.access.per_caller).toBe('600/m');
});

it('keeps what could not be saved, and saves it with the next try', async () => {
  const { ipc, rules } = begun();
  await rules.open();
  ipc.on({ save_rules: () => refuse({ code: 'workspace', message: 'disk full' }) });
  rules.setSetting('read_only', true);
  await rules.settle();
  expect([rules.saving.error?.message, rules.rules?.settings.read_only]).toEqual(['disk full', true]);
  ipc.on({ save_rules: () => ({ problems: [], changes: 1 }) });
  await rules.settle();
  expect([rules.saving.error, rules.check.changes]).toEqual([null, 1]);
});

it('shows what is wrong beside its field', async () => {
  const { ipc, rules } = begun();
  const problem = { path: 'access.addresses_allowed[1]', message: 'Not a range.', hint: 'Write 10.0.0.0/8.' };
  ipc.on({ save_rules: () => ({ problems: [problem], changes: 1 }) });
  await rules.open();
  rules.setList('', 'addresses_allowed', ['10.0.0.0/8', 'offices']);
  await rules.settle();
  expect(rules.within('access.addresses_allowed')).toEqual([{ index: 1, text: 'Not a range. Write 10.0.0.0/8.' }]);
  expect(rules.sentence).toContain('1 mistake');
});

it('keeps rules of a product apart, and names their fields', async () => {
  const { ipc, rules } = begun();
  await rules.open();
  rules.setList('jira', 'groups_allowed', ['staff']);
  await rules.settle();
  expect(ipc.last('save_rules')?.rules.products).toEqual([
    { id: 'jira', groups_allowed: ['staff'], groups_read_only: [], addresses_allowed: [] },
  ]);
  expect([rules.own('jira'), listPath('jira', 'groups_allowed')]).toEqual([1, 'products.jira.access.groups_allowed']);
  rules.goTo('products.jira.access.groups_allowed[0]');
  expect(rules.scope).toBe('jira');
});

it('brings back what was removed', async () => {
  const { rules } = begun();
  await rules.open();
  rules.remember('contractors');
  rules.setList('', 'groups_read_only', []);
  rules.undo();
  expect(rules.rules?.access.groups_read_only).toEqual(['contractors']);
  expect(rules.undoable).toBeNull();
});

it('reads many addresses from one paste, without comments and quotes', () => {
  expect(entriesOf('10.0.0.0/8  # offices\n"192.0.2.1",198.51.100.0/24;2001:db8::/32\n\n# none\n')).toEqual([
    '10.0.0.0/8',
    '192.0.2.1',
    '198.51.100.0/24',
    '2001:db8::/32',
  ]);
});

it('says loudly what is open', () => {
  const now = Date.parse('2026-11-22T12:00:00Z');
  const rules = draft();
  rules.settings = { ...rules.settings, authentication: false };
  rules.access = {
    ...rules.access,
    report_only: [
      { rule: 'groups', until: '2026-11-24T12:00:00Z' },
      { rule: 'rate', until: '2026-11-20T12:00:00Z' },
      { rule: 'public', until: '' },
    ],
  };
  expect(loud(rules, now).map(({ key, mood }) => [key, mood])).toEqual([
    ['authentication', 'bad'],
    ['report-groups', 'warning'],
    ['report-rate', 'info'],
    ['report-public', 'bad'],
  ]);
  expect(loud(draft(), now)).toEqual([]);
});

it('shows the end of report only in the time of this computer and keeps it in UTC', () => {
  const end = reportEnd(Date.parse('2026-11-22T12:34:56Z'));
  expect(end).toBe('2026-11-29T12:00:00Z');
  expect(utcTime(localTime(end))).toBe(end);
  expect(utcTime('')).toBe('');
});

it('counts everybody of several groups once', async () => {
  const { rules } = begun();
  const member = (name: string) => ({ name, display_name: name });
  const found = { exists: true, count: 2, more: false, unasked: [] };
  rules.members.set(rules.memberKey('', 'a'), { group: 'a', members: [member('anna'), member('fred')], ...found });
  rules.members.set(rules.memberKey('', 'b'), { group: 'b', members: [member('Fred')], ...found });
  const people = who(rules, '', ['a', 'b', 'c']);
  expect(people.members.map(({ name, groups }) => [name, groups])).toEqual([
    ['anna', ['a']],
    ['fred', ['a', 'b']],
  ]);
  expect(people.known).toBe(false);
});

it('adds what is typed in a list of addresses, and asks whether an address is inside', async () => {
  const all = begun();
  await show(all);
  const input = find('rules-addresses_allowed-input') as HTMLInputElement;
  input.value = '192.0.2.0/24 198.51.100.7';
  input.dispatchEvent(new Event('input', { bubbles: true }));
  flushSync();
  input.form?.requestSubmit();
  flushSync();
  expect(all.rules.rules?.access.addresses_allowed).toEqual(['10.0.0.0/8', '192.0.2.0/24', '198.51.100.7']);
  all.ipc.on({ check_addresses: () => ({ notes: [], probe: { answer: 'inside', by: '10.0.0.0/8' } }) });
  const probe = find('rules-addresses_allowed-probe') as HTMLInputElement;
  probe.value = '10.1.2.3';
  probe.dispatchEvent(new Event('input', { bubbles: true }));
  await vi.advanceTimersByTimeAsync(1);
  flushSync();
  expect(find('rules-addresses_allowed-probe-answer')?.textContent).toContain('Inside, by 10.0.0.0/8');
});

it('draws few of ten thousand addresses', async () => {
  const all = begun();
  const many = Array.from({ length: 10_000 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
  all.ipc.on({ rules: () => reply({ rules: draft({ access: { ...draft().access, addresses_allowed: many } }) }) });
  await show(all);
  const list = find('rules-addresses_allowed-list');
  expect(list?.getAttribute('aria-rowcount')).toBe('10001');
  expect(list?.querySelectorAll('tr').length).toBeLessThan(80);
});

it('marks a group that no directory has', async () => {
  const all = begun();
  all.ipc.on({
    group_members: ({ group }) => ({ group, exists: false, members: [], count: 0, more: false, unasked: [] }),
  });
  await show(all);
  await vi.advanceTimersByTimeAsync(1);
  flushSync();
  expect(find('rules-groups_read_only-contractors')?.textContent).toContain('not found');
});

it('shows authentication off as a banner, and switches it by the switch', async () => {
  const all = begun();
  await show(all);
  expect(find('rules-loud-authentication')).toBeNull();
  find('rules-authentication')?.click();
  flushSync();
  expect(find('rules-loud-authentication')?.textContent).toContain('Authentication is off');
});

it('shows what a pattern matches while it is typed, and adds it', async () => {
  const all = begun();
  await show(all);
  find('rules-public-add')?.click();
  flushSync();
  find('rules-public-preset')?.click();
  flushSync();
  await vi.advanceTimersByTimeAsync(1);
  flushSync();
  expect(all.ipc.last('check_pattern')).toMatchObject({ product: 'jira', path: '/rest/**', used_as: 'public' });
  expect(find('rules-public-examples')?.textContent).toContain('GET /status');
  (find('rules-public-editor') as HTMLFormElement).requestSubmit();
  flushSync();
  expect(all.rules.rules?.access.public).toEqual([{ product: 'jira', path: '/rest/**' }]);
});

it('goes on with what is here while the gateway is silent', async () => {
  const all = begun(true);
  all.ipc.on({ refresh_rules: () => refuse({ code: 'connect', message: 'The gateway does not answer' }) });
  await show(all);
  await vi.advanceTimersByTimeAsync(1);
  flushSync();
  expect(find('rules-stale')?.textContent).toContain('The gateway does not answer');
  expect(find('rules-settings')).not.toBeNull();
});

it('keeps an expectation from a request that was tried', async () => {
  const { ipc, rules } = begun();
  await rules.open();
  const expectation = {
    name: 'contractors cannot write',
    user: 'mallory',
    groups: ['contractors'],
    address: '10.1.2.3',
    product: 'jira',
    request: 'POST /rest/api/2/issue',
    outcome: 'permit',
  };
  ipc.on({
    try_rules: () => ({ outcome: 'read_only', steps: ['Contractors is a read-only group.'] }),
    keep_expectation: () => ({ problems: [], changes: 1 }),
  });
  await rules.tryRequest(expectation);
  expect(rules.tried?.outcome).toBe('read_only');
  expect(await rules.keep({ ...expectation, outcome: 'read_only' })).toBe(true);
  expect(rules.rules?.expect).toHaveLength(1);
});

it('checks two lists at once, and shows for each only the answer to the latest question', async () => {
  const { ipc, rules } = begun();
  const note = (text: string) => ({
    notes: [{ index: 0, mistake: true, text, meant: null }],
    probe: { answer: 'not_asked' as const },
  });
  await rules.open();
  const answers = [
    later<ReturnType<typeof note>>(),
    later<ReturnType<typeof note>>(),
    later<ReturnType<typeof note>>(),
  ];
  let asked = 0;
  ipc.on({ check_addresses: () => answers[asked++]?.promise ?? note('') });
  const all = ['addresses_allowed', 'trusted_proxies', 'addresses_allowed'].map((key) =>
    rules.checkAddresses(`access.${key}`),
  );
  answers[2]?.resolve(note('third'));
  answers[1]?.resolve(note('second'));
  answers[0]?.resolve(note('first'));
  await Promise.all(all);
  expect(rules.addresses.get('access.addresses_allowed')?.notes[0]?.text).toBe('third');
  expect(rules.addresses.get('access.trusted_proxies')?.notes[0]?.text).toBe('second');
});
