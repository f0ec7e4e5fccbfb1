import type { Leg } from '@/ipc/bindings';
import { milliseconds } from './format';

/** What the answer of a leg was, in two words. */
export function answerOf(leg: Leg): string {
  if (leg.status === null) {
    return leg.error ? 'No answer' : 'Not sent';
  }
  return `${leg.status}${contentOf(leg)}`;
}

function contentOf(leg: Leg): string {
  const type = leg.response_headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
  if (/json/i.test(type)) return ' JSON';
  if (/html/i.test(type)) return ' HTML';
  if (/x-www-form-urlencoded/i.test(type)) return ' form';
  if (/xml/i.test(type)) return ' XML';
  return '';
}

/** The path of a leg's address, its beginning cut away where it is long. */
export function pathOf(url: string): string {
  let path = url;
  try {
    path = new URL(url).pathname;
  } catch {
    // Not an address; shown as it is.
  }
  const parts = path.split('/').filter(Boolean);
  return path.length > 34 && parts.length > 2 ? `…/${parts.slice(-2).join('/')}` : path;
}

/** All legs as text for a ticket; secrets are masked where they come from. */
export function report(title: string, legs: readonly Leg[]): string {
  const parts = legs.map((leg, index) => {
    const answer = leg.status === null ? (leg.error ?? 'not sent') : String(leg.status);
    return [
      `${index + 1}. ${leg.name}: ${leg.method} ${leg.url} -> ${answer}, ${milliseconds(leg.timing.total)}`,
      ...leg.request_headers.map(({ name, value }) => `   > ${name}: ${value}`),
      ...(leg.request_body ? [indented('   > ', leg.request_body)] : []),
      ...leg.response_headers.map(({ name, value }) => `   < ${name}: ${value}`),
      ...(leg.response_body ? [indented('   < ', leg.response_body)] : []),
    ].join('\n');
  });
  return [title, ...parts].join('\n\n');
}

function indented(with_: string, text: string): string {
  return text
    .split('\n')
    .map((line) => with_ + line)
    .join('\n');
}
