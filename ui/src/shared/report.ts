import type { TestResult, Way } from '@/ipc/bindings';
import { milliseconds, sentence } from './format';

/** A test with what it was, for a report. */
export interface Reported {
  token: string;
  product: string;
  way: Way;
  endpoint: string;
  expectedUser: string | null;
  result: TestResult;
}

const WAYS = { direct: 'direct', gateway: 'through the gateway' } as const satisfies Record<Way, string>;

/** Text that means itself in a cell of a Markdown table. */
export function inCell(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('|', '\\|')
    .replace(/[`*_<>[\]]/g, '\\$&')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A block in a fence that its content cannot end. */
function block(text: string, kind: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${kind}\n${text}\n${fence}`;
}

const MOST_BODY = 4000;

/** One test as Markdown. Results come without secrets, and so does this. */
export function cellReport({ token, product, way, endpoint, expectedUser, result }: Reported): string {
  const facts: [string, string][] = [
    ['Token', token],
    ['Asked', `${product}, ${WAYS[way]}`],
    ['Request', `${result.method} ${result.endpoint}`],
    ['Status', result.status === null ? 'no answer' : String(result.status)],
    ['Taken for', result.user ?? 'nobody'],
    ['Expected', expectedUser ?? 'whoever it is'],
    ...(result.whose ? [['Up to', result.whose] as [string, string]] : []),
    ['Time', milliseconds(result.milliseconds)],
  ];
  const parts = [
    `### ${inCell(result.verdict_text)}: ${inCell(token)} at ${inCell(product)}, ${WAYS[way]} (${inCell(endpoint)})`,
    sentence(result.message),
    `| | |\n| --- | --- |\n${facts.map(([name, value]) => `| ${name} | ${inCell(value)} |`).join('\n')}`,
  ];
  if (result.explained) {
    const { phase, setting, words } = result.explained;
    parts.push(`**Rule** ${inCell(words)} (${[phase, setting].filter(Boolean).join(', ')})`);
  }
  if (result.hint) parts.push(`**What to do** ${sentence(result.hint)}`);
  if (result.evidence.length) {
    const rows = result.evidence.map(
      ({ name, value, bad }) => `| ${bad ? '**!**' : ''} | ${inCell(name)} | ${inCell(value)} |`,
    );
    parts.push(`| | Evidence | |\n| --- | --- | --- |\n${rows.join('\n')}`);
  }
  if (result.curl) parts.push(block(result.curl, 'sh'));
  if (result.response?.body) {
    const { body } = result.response;
    parts.push(block(body.length > MOST_BODY ? `${body.slice(0, MOST_BODY)}\n…` : body, ''));
  }
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

/** All tests of a matrix as one Markdown table, and those that need somebody in full below it. */
export function matrixReport(title: string, tests: readonly (Reported & { needs: boolean })[]): string {
  const rows = tests.map(
    ({ token, product, way, endpoint, result, needs }) =>
      `| ${needs ? '**!**' : ''} | ${inCell(token)} | ${inCell(product)} | ${WAYS[way]} | ${inCell(endpoint)} | ${inCell(result.verdict_text)} | ${result.status ?? ''} | ${inCell(result.user ?? '')} | ${milliseconds(result.milliseconds)} |`,
  );
  const table = `| | Token | Product | Way | Endpoint | Verdict | Status | User | Time |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n${rows.join('\n')}`;
  const needing = tests.filter(({ needs }) => needs);
  const summary = `${tests.length} tested, ${needing.length} need somebody.`;
  return [`## ${title}`, summary, table, ...needing.map(cellReport)].join('\n\n');
}
