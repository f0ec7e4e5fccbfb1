export interface Question {
  title: string;
  text: string;
  yes: string;
  no?: string;
}

/** Asks before what cannot be undone; one question at a time. */
export class Confirmation {
  question = $state<Question | null>(null);
  #answer: ((yes: boolean) => void) | undefined;

  ask(question: Question): Promise<boolean> {
    this.#answer?.(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(yes: boolean): void {
    this.question = null;
    this.#answer?.(yes);
    this.#answer = undefined;
  }
}
