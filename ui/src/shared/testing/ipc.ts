import type { AppEvent, AppState, WireError } from '@/ipc/bindings';
import { CallError, type CommandName, type Ipc, type ReplyOf, type RequestOf } from '@/ipc/ipc';

type Handlers = { [Name in CommandName]?: (request: RequestOf<Name>) => ReplyOf<Name> | Promise<ReplyOf<Name>> };

/** A program for tests: answers what it is told to, and remembers what it was asked. */
export class TestIpc implements Ipc {
  readonly asked: { name: CommandName; request: unknown }[] = [];
  #handlers: Handlers;
  #heard = new Set<(event: AppEvent) => void>();

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  on(handlers: Handlers): void {
    this.#handlers = { ...this.#handlers, ...handlers };
  }

  async call<Name extends CommandName>(name: Name, request: RequestOf<Name>): Promise<ReplyOf<Name>> {
    this.asked.push({ name, request: structuredClone(request) });
    const handler = this.#handlers[name];
    if (!handler) {
      throw new Error(`nobody answers ${name}`);
    }
    return handler(request);
  }

  async listen(heard: (event: AppEvent) => void): Promise<() => void> {
    this.#heard.add(heard);
    return () => this.#heard.delete(heard);
  }

  emit(event: AppEvent): void {
    this.#heard.forEach((heard) => heard(event));
  }

  /** What was asked last under this name. */
  last<Name extends CommandName>(name: Name): RequestOf<Name> | undefined {
    return this.asked.findLast((call) => call.name === name)?.request as RequestOf<Name> | undefined;
  }
}

/** A failure as the program sends it. */
export function refuse(error: Partial<WireError>): never {
  throw new CallError({ code: 'internal', message: 'refused', hint: '', field: null, ...error });
}

/** A promise that is settled by hand. */
export function later<Value>(): {
  promise: Promise<Value>;
  resolve: (value: Value) => void;
  reject: (cause: unknown) => void;
} {
  let resolve: (value: Value) => void = () => undefined;
  let reject: (cause: unknown) => void = () => undefined;
  const promise = new Promise<Value>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

export function appState(more: Partial<AppState> = {}): AppState {
  const todo = { mark: 'todo' as const, text: 'Not begun' };
  return {
    version: '0.1.0',
    environment: { id: 'first', name: 'Staging', kind: 'staging' },
    environments: [{ id: 'first', name: 'Staging', kind: 'staging' }],
    zoom: 100,
    vault: { state: 'keychain' },
    steps: { products: todo, provider: todo, token: todo, username: todo, test: todo, publish: todo },
    gateway: null,
    products: 0,
    tokens: 0,
    theme: 'system',
    first_start: false,
    ...more,
  };
}
