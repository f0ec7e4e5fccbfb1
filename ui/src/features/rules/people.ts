import type { RulesState } from './rules.svelte';

export interface Person {
  name: string;
  display: string;
  groups: string[];
}

export interface People {
  members: Person[];
  more: boolean;
  /** Groups that no directory has. */
  missing: string[];
  unasked: string[];
  /** Whether every group was looked up. */
  known: boolean;
}

/** Everybody in one of the groups, each once. */
export function who(rules: RulesState, product: string, groups: readonly string[]): People {
  const people = new Map<string, Person>();
  const result: People = { members: [], more: false, missing: [], unasked: [], known: true };
  for (const group of groups) {
    const found = rules.members.get(rules.memberKey(product, group));
    if (!found) {
      result.known = false;
      continue;
    }
    if (found.exists === false) result.missing.push(group);
    result.more ||= found.more;
    for (const said of found.unasked) if (!result.unasked.includes(said)) result.unasked.push(said);
    for (const { name, display_name } of found.members) {
      const key = name.toLowerCase();
      const person = people.get(key) ?? { name, display: display_name, groups: [] };
      person.groups.push(group);
      people.set(key, person);
    }
  }
  result.members = [...people.values()].sort((a, b) => a.name.localeCompare(b.name));
  return result;
}
