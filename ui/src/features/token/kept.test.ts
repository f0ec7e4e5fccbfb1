import { token } from '@/shared/testing/samples';
import { expect, it } from 'vitest';
import { endingOf, matching } from './kept';

const now = Date.parse('2026-11-22T12:00:00Z');
const all = [
  token({ id: 'never', name: 'pipeline', provider_id: null, provider_name: null }),
  token({ id: 'ended', name: 'old', ends_at: '2026-11-22T11:00:00Z' }),
  token({ id: 'late', name: 'jdoe', ends_at: '2026-11-22T19:00:00Z', scopes_granted: ['openid', 'groups'] }),
  token({ id: 'soon', name: 'wilma', ends_at: '2026-11-22T12:20:00Z', provider_id: 'kc', provider_name: 'Keycloak' }),
];
const any = { query: '', connection: '', ending: 'any' } as const;
const ids = (filter: Partial<Parameters<typeof matching>[1]>) =>
  matching(all, { ...any, ...filter }, now).map(({ id }) => id);

it('shows what ends first in front and what has ended last', () => {
  expect(ids({})).toEqual(['soon', 'late', 'never', 'ended']);
  expect(all.map((one) => endingOf(one, now))).toEqual(['no end', 'ended', 'good', 'soon']);
});

it('finds by name, scope and connection, and by how a token ends', () => {
  expect(ids({ query: 'groups' })).toEqual(['late']);
  expect(ids({ query: 'keycloak wil' })).toEqual(['soon']);
  expect(ids({ connection: 'none' })).toEqual(['never']);
  expect(ids({ ending: 'soon' })).toEqual(['soon']);
  expect(ids({ ending: 'ended', connection: 'kc' })).toEqual([]);
});
