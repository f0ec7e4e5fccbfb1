import type { ApiKey, KeyProduct } from '@/ipc/bindings';
import { day, roughly } from '@/shared/format';
import type { Mood } from '@/shared/tone';

export function stateOf(key: ApiKey): { mood: Mood; text: string } {
  if (key.ends_soon) return { mood: 'warning', text: 'Ends soon' };
  return {
    active: { mood: 'good', text: 'Active' },
    exhausted: { mood: 'unknown', text: 'Used up' },
    expired: { mood: 'unknown', text: 'Ended' },
    revoked: { mood: 'unknown', text: 'Revoked' },
  }[key.state] as { mood: Mood; text: string };
}

/** "12 s ago", "4 h ago", then the day. */
export function ago(at: string | null, now: number): string {
  if (at === null) return 'Never';
  const passed = now - Date.parse(at);
  return passed < 48 * 3_600_000 ? `${roughly(passed)} ago` : day(at, now);
}

export function ends(key: ApiKey, now: number): string {
  return key.ends_at === null ? 'Never' : day(key.ends_at, now);
}

export function titles(ids: readonly string[], products: readonly KeyProduct[]): string[] {
  return ids.map((id) => products.find((one) => one.id === id)?.title ?? id);
}

/** What a key is narrowed to, in a few words. */
export function narrowing(key: ApiKey, products: readonly KeyProduct[]): string {
  const parts = key.products.length ? titles(key.products, products) : ['Everything'];
  if (key.read_only) parts.push('read-only');
  if (key.paths.length === 1) parts.push(key.paths[0] ?? '');
  else if (key.paths.length > 1) parts.push(`${key.paths.length} paths`);
  if (key.addresses.length === 1) parts.push(key.addresses[0] ?? '');
  else if (key.addresses.length > 1) parts.push(`${key.addresses.length} addresses`);
  return parts.join(', ');
}
