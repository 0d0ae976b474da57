import { clockTime, Countdown } from './countdown.js';

const element = (id) => document.getElementById(id);

/** How long the code is good, and when another one can be had. */
export class CodeTimers {
  #expiry = new Countdown();
  #resend = new Countdown();
  #sendAgainFrom = 0;

  start({ goodUntil, sendAgainFrom }, onExpiry) {
    this.#usable(true);
    this.#expiry.start(goodUntil, {
      tick: (seconds) => {
        element('code-expiry').textContent = `The code is good for ${clockTime(seconds)}.`;
      },
      end: onExpiry,
    });
    this.#sendAgainFrom = sendAgainFrom;
    this.#waitToSend(() => undefined);
  }

  stop() {
    this.#expiry.stop();
    this.#resend.stop();
  }

  /** A dead code takes its field along: the one thing left to do is to ask for another, once the server lets one out. */
  codeDied() {
    this.stop();
    this.#usable(false);
    element('resend-wait').focus();
    this.#waitToSend(() => element('resend').focus());
  }

  #waitToSend(whenOver) {
    this.#resend.start(this.#sendAgainFrom, {
      tick: (seconds) => this.#sendAgain(`Send again in ${clockTime(seconds)}`),
      end: () => {
        this.#sendAgain();
        whenOver();
      },
    });
  }

  #usable(usable) {
    element('code').disabled = !usable;
    for (const id of ['verify', 'code-expiry', 'new-password-part']) {
      element(id).classList.toggle('gone', !usable);
    }
    element('resend').className = usable ? 'link' : 'button';
  }

  #sendAgain(wait) {
    element('resend-wait').textContent = wait ?? '';
    element('resend').hidden = wait !== undefined;
  }
}
