const SECOND = 1_000;

/** Counts down to a moment, so that a sleeping tab or a busy page cannot make it late. */
export class Countdown {
  #timer;

  /** Calls `tick` at once and then every second with the whole seconds left, and `end` once. */
  start(deadline, { tick, end }) {
    this.stop();
    const step = () => {
      const left = deadline - Date.now();
      if (left <= 0) {
        this.stop();
        end();
        return;
      }
      tick(Math.ceil(left / SECOND));
      this.#timer = setTimeout(step, left % SECOND || SECOND);
    };
    step();
  }

  stop() {
    clearTimeout(this.#timer);
  }
}

/** 90 as `1:30`. */
export const clockTime = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
