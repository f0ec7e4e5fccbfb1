import type { Product } from '@/ipc/bindings';

const NAMES = { jira: 'Jira', confluence: 'Confluence', bitbucket: 'Bitbucket' } as const;

/** What a product is called in heads. */
export function titleOf(product: Product): string {
  return product.id === product.kind ? NAMES[product.kind] : product.id;
}
