import { clockTime, Countdown } from './countdown.js';
import { sentenceFor } from './sentences.js';

/** Buttons that the server wants to rest for a while: each counts its pause down. */
export class Holds {
  #view;
  #running = new Map();

  constructor(view) {
    this.#view = view;
  }

  has(button) {
    return this.#running.has(button);
  }

  start(button, seconds) {
    const countdown = new Countdown();
    this.#running.set(button, countdown);
    countdown.start(Date.now() + seconds * 1_000, {
      tick: (left) => this.#view.wait(button, `Try again in ${clockTime(left)}`),
      end: () => {
        this.release(button);
        this.#view.takeBack(sentenceFor({ code: 'RATE_LIMITED' }));
        this.#view.announce('You can try again now.');
      },
    });
  }

  release(button) {
    this.#running.get(button)?.stop();
    this.#running.delete(button);
    this.#view.ready(button);
  }
}
