import type { AppEvent, Commands, ErrorCode, WireError } from './bindings';

export type CommandName = keyof Commands;
export type RequestOf<Name extends CommandName> = Commands[Name]['request'];
export type ReplyOf<Name extends CommandName> = Commands[Name]['reply'];

/** What the window can ask of the program; a test gives another one. */
export interface Ipc {
  call<Name extends CommandName>(name: Name, request: RequestOf<Name>): Promise<ReplyOf<Name>>;
  /** Hears every event until the returned function is called. */
  listen(heard: (event: AppEvent) => void): Promise<() => void>;
}

/** What every failed call rejects with. */
export class CallError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly field: string | null;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'CallError';
    this.code = wire.code;
    this.hint = wire.hint;
    this.field = wire.field;
  }
}

/** Reads whatever a call was rejected with; what is no WireError is our own mistake and is said so. */
export function asCallError(cause: unknown): CallError {
  if (cause instanceof CallError) {
    return cause;
  }
  if (isWireError(cause)) {
    return new CallError(cause);
  }
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new CallError({
    code: 'internal',
    message: `The program did not understand the window: ${detail}`,
    hint: 'Nothing was changed. Try once more; if it stays, restart Gatewright.',
    field: null,
  });
}

function isWireError(value: unknown): value is WireError {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as WireError).code === 'string' &&
    typeof (value as WireError).message === 'string'
  );
}
