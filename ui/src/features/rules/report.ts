import type { ReportedRule, Rules } from '@/ipc/bindings';
import { day, duration } from '@/shared/format';

export const REPORTED_WORDS = {
  groups: 'Groups allowed',
  read_only: 'Read-only groups and "nobody writes"',
  addresses: 'Addresses allowed',
  rate: 'Rate limits',
  public: 'Public-API restriction',
} as const satisfies Record<ReportedRule, string>;

/** A week on, at the full hour: long enough to see whom a rule would meet. */
export function reportEnd(now: number): string {
  const end = new Date(now + 7 * 24 * 60 * 60 * 1000);
  end.setUTCMinutes(0, 0, 0);
  return `${end.toISOString().slice(0, 19)}Z`;
}

/** What a date field shows of an RFC 3339 time: the local one, to the minute. */
export function localTime(rfc3339: string): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) return '';
  const two = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** What a date field holds, in UTC. */
export function utcTime(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : `${at.toISOString().slice(0, 19)}Z`;
}

export interface Loud {
  key: string;
  mood: 'bad' | 'warning' | 'info';
  title: string;
  text: string;
}

/** What nobody must overlook: what is not enforced, or enforced for nobody. */
export function loud(rules: Rules, now: number): Loud[] {
  const found: Loud[] = [];
  if (!rules.settings.authentication) {
    found.push({
      key: 'authentication',
      mood: 'bad',
      title: 'Authentication is off',
      text: 'Once published, everything passes with its own credential and no rule below is asked',
    });
  }
  for (const { rule, until } of rules.access.report_only) {
    const left = Date.parse(until) - now;
    const name = REPORTED_WORDS[rule];
    if (Number.isNaN(left)) {
      found.push({
        key: `report-${rule}`,
        mood: 'bad',
        title: `${name}: only reported, without an end`,
        text: 'Choose until when; a rule is never left open by itself',
      });
    } else if (left > 0) {
      found.push({
        key: `report-${rule}`,
        mood: 'warning',
        title: `${name}: only reported until ${day(until, now)}`,
        text: `What it would refuse passes for ${duration(left)} more, and is written down. Then it is enforced by itself`,
      });
    } else {
      found.push({
        key: `report-${rule}`,
        mood: 'info',
        title: `${name}: enforced again since ${day(until, now)}`,
        text: 'The end of report only is over; set it to enforced, so that it reads as it is',
      });
    }
  }
  if (rules.settings.read_only) {
    found.push({
      key: 'read_only',
      mood: 'warning',
      title: 'Nobody writes',
      text: 'Once published, every request that changes something is refused, at every product',
    });
  }
  return found;
}
