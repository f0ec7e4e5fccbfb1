/** What the polite live region says: results that arrive are announced once. */
class Announcer {
  text = $state('');
  #flip = false;

  say(text: string): void {
    // The same sentence twice has to be a change, or it is not read out again.
    this.#flip = !this.#flip;
    this.text = this.#flip ? text : `${text}\u200b`;
  }
}

export const announcer = new Announcer();
