import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { AppEvent } from './bindings';
import { asCallError, type Ipc } from './ipc';

/** The connection to the program around this window. */
export function connect(): Ipc {
  return {
    async call(name, request) {
      try {
        return await invoke(name, { request });
      } catch (cause) {
        throw asCallError(cause);
      }
    },
    listen: (heard) => listen<AppEvent>('gatewright', ({ payload }) => heard(payload)),
  };
}
