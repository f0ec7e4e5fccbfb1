import { expect, it } from 'vitest';
import { count, duration, ended, hostOf, listed, middleCut, milliseconds, roughly, sentence } from './format';

it('says durations in their two largest units', () => {
  expect(duration(32_000)).toBe('32 s');
  expect(duration(872_000)).toBe('14 min 32 s');
  expect(duration(27_660_000)).toBe('7 h 41 min');
  expect(duration(6 * 86_400_000)).toBe('6 days');
  expect(duration(-5)).toBe('0 s');
  expect(roughly(27_660_000)).toBe('7 h');
  expect(milliseconds(84.4)).toBe('84 ms');
  expect(milliseconds(1234)).toBe('1.2 s');
});

it('counts, lists and cuts', () => {
  expect(count(1, 'token')).toBe('1 token');
  expect(count(48_213, 'token')).toBe('48,213 tokens');
  expect(listed(['Jira', 'Confluence', 'Bitbucket'])).toBe('Jira, Confluence and Bitbucket');
  expect(listed(['Jira'])).toBe('Jira');
  expect(middleCut('abcdefghij', 5)).toBe('ab…ij');
  expect(hostOf('https://a.example.com:8443/x')).toBe('a.example.com:8443');
  expect(hostOf('no address')).toBe('no address');
});

it('ends a sentence once, and leaves a name at its beginning alone where it has to', () => {
  expect(sentence('not this passphrase')).toBe('Not this passphrase.');
  expect(sentence('Is it on?')).toBe('Is it on?');
  expect(sentence(' ')).toBe('');
  expect(ended('fred is kept')).toBe('fred is kept.');
});
