/** "7 h 41 min", "14 min 32 s", "6 days": the two largest units, as far as they say something. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days >= 2) {
    return `${days} days`;
  }
  if (hours >= 1) {
    return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  }
  if (minutes >= 1) {
    return seconds % 60 ? `${minutes} min ${seconds % 60} s` : `${minutes} min`;
  }
  return `${seconds} s`;
}

/** The largest unit alone: "7 h", "14 min". */
export function roughly(milliseconds: number): string {
  const minutes = Math.floor(Math.max(0, milliseconds) / 60_000);
  if (minutes < 1) {
    return `${Math.floor(Math.max(0, milliseconds) / 1000)} s`;
  }
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}

/** "84 ms", "1.2 s". */
export function milliseconds(value: number): string {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
}

/** "14:02:31" of an RFC 3339 time. */
export function timeOfDay(rfc3339: string): string {
  const at = new Date(rfc3339);
  return Number.isNaN(at.getTime())
    ? rfc3339
    : at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** "14 Nov", with the year where it is not this one. */
export function day(rfc3339: string, now: number = Date.now()): string {
  const at = new Date(rfc3339);
  if (Number.isNaN(at.getTime())) {
    return rfc3339;
  }
  const year = at.getFullYear() === new Date(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', ...year });
}

/** "3 tokens", "1 token". */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** "Jira, Confluence and Bitbucket". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) {
    return words.join('');
  }
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}

/** The host of an address with its port, or the text itself. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return url;
  }
}

/** Cut in the middle; the whole belongs in a tooltip and in the copy. */
export function middleCut(text: string, longest: number): string {
  if (text.length <= longest) {
    return text;
  }
  const head = Math.ceil((longest - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (longest - 1 - head))}`;
}

/** Ends with a full stop; its first word may be a name and stays as it is. */
export function ended(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?…”"]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** Begins with a capital and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed) {
    return '';
  }
  return ended(trimmed.charAt(0).toUpperCase() + trimmed.slice(1));
}
