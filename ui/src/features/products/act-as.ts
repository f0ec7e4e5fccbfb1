import type { Strategy } from './products.svelte';

/** The four ways in which the gateway speaks for a user, with what each costs. */
export const WAYS = [
  {
    strategy: 'oauth1',
    name: 'OAuth 1 application link',
    says: (product: string) =>
      `No plug-in, no secret per user. One link in ${product}, and the gateway may be anybody whom ${product} knows.`,
  },
  {
    strategy: 'access_tokens',
    name: 'Access token of each user',
    says: () => 'Everybody brings a token once. Works for Git as well.',
  },
  {
    strategy: 'header',
    name: 'Trusted header',
    says: (product: string) => `Needs a plug-in. Whoever reaches ${product} past the gateway is anybody.`,
  },
  {
    strategy: 'service',
    name: 'One service account',
    says: (product: string) => `${product} sees one user for all: one name in its log, one rate limit.`,
  },
] as const satisfies readonly { strategy: Strategy; name: string; says: (product: string) => string }[];

/** What has to be done for the ways that need no key pair, for the pane beside the form. */
export const NEEDS = {
  access_tokens: {
    title: 'What this needs',
    lines: (product: string) => [
      `Each person makes an access token in ${product}, in their own profile.`,
      'They hand it to the gateway once; it is sealed there.',
      'Who brought none is refused, and told so.',
    ],
    caution: 'A token can do what its owner can do, until it is revoked.',
  },
  header: {
    title: 'What this needs',
    lines: (product: string) => [
      `An authenticator in ${product} that believes this header.`,
      `A network in which only the gateway reaches ${product}.`,
      'The gateway removes the header from every request that brings it along.',
    ],
    caution: 'The name in the header is all that protects the product. Close every other way to it first.',
  },
  service: {
    title: 'What this means',
    lines: (product: string) => [
      `${product} does not know who called: permissions, history and mentions are the service account's.`,
      'Its rate limit is shared by everybody.',
      'The gateway still knows who called, and its rules hold.',
    ],
    caution: 'Give the account no more rights than the weakest caller should have.',
  },
} as const;
