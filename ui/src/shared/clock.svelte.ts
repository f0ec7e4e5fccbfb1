/** The time as countdowns show it: one tick a second for the whole window. */
class Clock {
  now = $state(Date.now());
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): () => void {
    this.#timer ??= setInterval(() => {
      this.now = Date.now();
    }, 1000);
    return () => {
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }
}

export const clock = new Clock();
