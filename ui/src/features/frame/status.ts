import type { GatewayState } from '@/ipc/bindings';
import { hostOf } from '@/shared/format';
import type { Mood } from '@/shared/tone';

/** The gateway in a few words, for the line below every screen. */
export function gatewayLine(gateway: GatewayState | null): { mood: Mood; text: string } {
  if (!gateway) {
    return { mood: 'unknown', text: 'No gateway paired' };
  }
  const host = hostOf(gateway.data_url || gateway.url);
  if (!gateway.reachable) {
    return { mood: 'bad', text: `Gateway ${host} does not answer` };
  }
  if (gateway.serves === null) {
    return { mood: 'unknown', text: `Gateway ${host} answers` };
  }
  return gateway.serves === 0
    ? { mood: 'unknown', text: `Gateway ${host} serves nothing yet` }
    : { mood: 'good', text: `Gateway ${host} serves v${gateway.serves}` };
}
