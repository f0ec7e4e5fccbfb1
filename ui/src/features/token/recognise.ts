import type { Mood } from '@/shared/tone';

export interface Recognised {
  /** What it is, in a few words. */
  name: string;
  /** What is done with it. */
  note: string;
  mood: Mood;
  /** The token itself, without the blanks around it or the answer it stood in. */
  secret: string;
}

/** The kinds of token that can be told by their looks; nothing is sent to find this out. */
export const SHAPES = [
  {
    id: 'github',
    looks: 'gho_ ghu_ ghp_ github_pat_',
    name: 'GitHub token',
    note: 'Its provider says whose it is, when you ask for userinfo',
  },
  {
    id: 'jwt',
    looks: 'eyJ….eyJ….…',
    name: 'JWT',
    note: 'Decoded here once it is kept; its claims are information only',
  },
  {
    id: 'key',
    looks: 'gw_ and 36 characters',
    name: 'API key of a gateway',
    note: 'Only its gateway knows it; test it through the gateway',
  },
  {
    id: 'product',
    looks: '44 characters, base64',
    name: 'Access token of a product',
    note: 'Sent to the products that you choose, to no other',
  },
  {
    id: 'answer',
    looks: '{ "access_token": …',
    name: 'Answer of a token endpoint',
    note: 'The access token is taken out, the rest is left',
  },
] as const;

export type Shape = (typeof SHAPES)[number]['id'];

/** Which of the kinds it looks like. */
export function shapeOf(typed: string): Shape | null {
  const text = typed.trim();
  if (/^(gh[opusr]_|github_pat_)[A-Za-z0-9_]+$/.test(text)) return 'github';
  if (/^eyJ[\w-]+\.[\w-]+\.[\w-]*$/.test(text)) return 'jwt';
  if (/^gw_[A-Za-z0-9]{36}$/.test(text)) return 'key';
  if (/^[A-Za-z0-9+/]{42,44}={0,2}$/.test(text)) return 'product';
  return accessTokenIn(text) === null ? null : 'answer';
}

/** What was typed or pasted, as far as it shows by itself. */
export function recognise(typed: string): Recognised | null {
  const text = typed.trim();
  if (!text) {
    return null;
  }
  const shape = SHAPES.find(({ id }) => id === shapeOf(text));
  if (!shape) {
    return {
      name: 'Nothing known by its looks',
      note: /\s/.test(text) ? 'There is a blank or a line break inside; tokens have none.' : 'It is sent as it stands.',
      mood: /\s/.test(text) ? 'warning' : 'unknown',
      secret: text,
    };
  }
  return { name: shape.name, note: `${shape.note}.`, mood: 'good', secret: accessTokenIn(text) ?? text };
}

/** The access token of a token endpoint's answer, when the text is one. */
function accessTokenIn(text: string): string | null {
  if (text.startsWith('{')) {
    try {
      const answer: unknown = JSON.parse(text);
      const token = (answer as { access_token?: unknown }).access_token;
      return typeof token === 'string' && token ? token : null;
    } catch {
      return null;
    }
  }
  return /(^|&)access_token=/.test(text) ? new URLSearchParams(text).get('access_token') : null;
}
