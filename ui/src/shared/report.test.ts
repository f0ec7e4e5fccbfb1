import { expect, it } from 'vitest';
import { cellReport, inCell, matrixReport, type Reported } from './report';
import { result } from './testing/samples';

const reported = (more: Partial<Reported> = {}): Reported => ({
  token: 'fred | october',
  product: 'Jira',
  way: 'gateway',
  endpoint: 'Who am I',
  expectedUser: 'fred',
  result: result({
    verdict: 'gateway_refused',
    verdict_text: 'Not in a group',
    tone: 'bad',
    status: 403,
    user: null,
    message: 'the gateway refused',
    hint: 'ask for the group',
    explained: { phase: 'authorise', setting: 'access.groups_allowed', words: 'Fred is in no group that may.' },
    evidence: [{ name: 'X-Gatewright-Reason', value: 'group_not_allowed', bad: true }],
    curl: 'curl -i -H "Authorization: Bearer $TOKEN" https://gw/jira',
    response: { request_line: '', headers: [], body: 'a ```` fence', cut: false },
  }),
  ...more,
});

it('reports a cell with its rule, its evidence and a placeholder for the secret', () => {
  const text = cellReport(reported());
  expect(text).toContain('### Not in a group: fred \\| october at Jira, through the gateway (Who am I)');
  expect(text).toContain('**Rule** Fred is in no group that may. (authorise, access.groups_allowed)');
  expect(text).toContain('| **!** | X-Gatewright-Reason | group\\_not\\_allowed |');
  expect(text).toContain('$TOKEN');
  expect(text).toContain('`````\na ```` fence\n`````');
});

it('reports a matrix as a table, and in full only what needs somebody', () => {
  const text = matrixReport('Staging', [
    { ...reported(), needs: true },
    { ...reported({ token: 'jane', result: result() }), needs: false },
  ]);
  expect(text).toContain('2 tested, 1 need somebody.');
  expect(text.match(/^### /gm)).toHaveLength(1);
  expect(text).toContain('| jane | Jira | through the gateway | Who am I | Valid | 200 | fred | 12 ms |');
});

it('lets nothing out of a table cell', () => {
  expect(inCell('a|b\nc <img> `x`')).toBe('a\\|b c \\<img\\> \\`x\\`');
});
