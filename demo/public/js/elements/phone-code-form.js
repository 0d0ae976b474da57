import { auth } from '../api.js';
import { CodeField } from '../code-field.js';
import { clockTime, Countdown } from '../countdown.js';
import { PhoneField } from '../phone-field.js';
import { formatted } from '../phone-numbers.js';
import { needsNewCode, sentenceFor } from '../sentences.js';
import { MessageListener } from '../web-otp.js';
import { button, field, freshId, h } from './html.js';

/** The words that differ from one purpose to the next. */
const WORDS = { number: 'Phone number', send: 'Text me a code', verify: 'Continue', cancel: undefined };

/**
 * Asks for a number, sends a code to it and has the code checked: `<phone-code-form>`, an element that needs nothing of the
 * page that it stands in, and of which there may be several.
 *
 * Its state is in `data-state`: idle, sending, verify, verifying, success or error. It tells with bubbling events:
 * `codesent` `{ phoneNumber }`, `verified` `{ data }`, and `cancelled`.
 */
export class PhoneCodeForm extends HTMLElement {
  /** Has a code checked: `({ phoneNumber, code }) => Promise<{ data, error }>`. */
  check = ({ phoneNumber, code }) => auth.phoneNumber.verify({ phoneNumber, code });
  words = WORDS;
  #parts;
  #phoneNumber;
  #expiry = new Countdown();
  #resend = new Countdown();
  #hold = new Countdown();
  #letGo = () => undefined;
  #sendAgainFrom = 0;
  #inbox = new MessageListener();

  connectedCallback() {
    if (this.#parts) return;
    this.words = { ...WORDS, ...this.words };
    this.#parts = { ...this.#numberPart(), ...this.#codePart(), ...this.#deadPart() };
    const { numberForm, codeForm, dead } = this.#parts;
    this.#parts.status = h('p', { class: 'visually-hidden', role: 'status' });
    this.append(this.#parts.status, numberForm, codeForm, dead);
    this.state = 'idle';
  }

  disconnectedCallback() {
    this.#rest();
  }

  get state() {
    return this.dataset.state;
  }

  set state(state) {
    this.dataset.state = state;
    const { numberForm, codeForm, dead } = this.#parts;
    const atNumber = state === 'idle' || (state === 'sending' && !this.#phoneNumber);
    numberForm.hidden = !atNumber;
    codeForm.hidden = atNumber || state === 'error' || state === 'success';
    dead.hidden = state !== 'error';
  }

  /** From the beginning. */
  startOver() {
    this.#rest();
    this.#phoneNumber = undefined;
    this.#clear();
    this.#parts.input.value = '';
    this.state = 'idle';
    this.#parts.number.focus();
  }

  /** Sends a code to a number that is known already. */
  async sendTo(phoneNumber) {
    const { number, sendButton, resendButton, numberError, codeError } = this.#parts;
    this.#clear();
    if (!this.#phoneNumber) number.fill(phoneNumber);
    this.state = 'sending';
    const pressed = this.#phoneNumber ? resendButton : sendButton;
    const ready = wait(pressed, 'Sending …');
    const { data, error } = await auth.phoneNumber.sendOTP({ phoneNumber });
    ready();
    if (!error) {
      this.#await(phoneNumber, data);
      return;
    }
    this.state = this.#phoneNumber ? 'verify' : 'idle';
    this.#complain(this.#phoneNumber ? codeError : numberError, error);
    if (error.retryAfter) this.#holdBack(pressed, error.retryAfter);
  }

  async #submitNumber() {
    if (this.state !== 'idle' || this.#parts.sendButton.ariaDisabled === 'true') return;
    this.#clear();
    const { phoneNumber, problem } = this.#parts.number.read();
    if (!problem) {
      await this.sendTo(phoneNumber);
      return;
    }
    this.#parts.numberError.textContent = problem;
    this.#parts.input.setAttribute('aria-invalid', 'true');
    this.#parts.number.focus();
  }

  #await(phoneNumber, { expiresIn, resendAfter }) {
    this.#rest();
    this.#phoneNumber = phoneNumber;
    const now = Date.now();
    this.#sendAgainFrom = now + resendAfter * 1_000;
    const { sentTo, code, expiry, resendWait, resendButton } = this.#parts;
    sentTo.textContent = formatted(phoneNumber);
    code.clear();
    this.state = 'verify';
    this.#expiry.start(now + expiresIn * 1_000, {
      tick: (seconds) => (expiry.textContent = `The code is good for ${clockTime(seconds)}.`),
      end: () => this.#died({ code: 'OTP_EXPIRED' }),
    });
    this.#waitToSend(resendWait, resendButton);
    this.#say(`A code was sent to ${formatted(phoneNumber)}.`);
    code.focus();
    this.#emit('codesent', { phoneNumber });
    void this.#inbox.start((received) => {
      if (this.state === 'verify') code.fill(received, () => void this.#submitCode());
    });
  }

  async #submitCode() {
    const { code, codeError, codeInput, verifyButton } = this.#parts;
    if (this.state !== 'verify' || verifyButton.ariaDisabled === 'true') return;
    this.#clear();
    if (!code.complete) {
      codeError.textContent = 'Enter all 6 digits of the code.';
      codeInput.setAttribute('aria-invalid', 'true');
      code.focus();
      return;
    }
    this.state = 'verifying';
    const ready = wait(verifyButton, 'Checking …');
    const { data, error } = await this.check({ phoneNumber: this.#phoneNumber, code: code.value });
    ready();
    if (!error) {
      this.#rest();
      code.clear();
      this.state = 'success';
      this.#emit('verified', { data });
      return;
    }
    this.state = 'verify';
    if (needsNewCode(error)) {
      this.#died(error);
      return;
    }
    // a code that nobody looked at is kept: it may well be right
    if (error.code === 'INVALID_OTP') code.clear();
    this.#complain(codeError, error);
    code.focus();
    if (error.retryAfter) this.#holdBack(verifyButton, error.retryAfter);
  }

  /** Only another code helps. */
  #died(error) {
    // while a code is being checked, the server has the last word on it
    if (this.state === 'verifying') return;
    this.#rest();
    this.#clear();
    const { deadError, newWait, newButton } = this.#parts;
    this.state = 'error';
    this.#complain(deadError, error);
    this.#waitToSend(newWait, newButton, () => newButton.focus());
    newWait.focus();
  }

  #otherNumber() {
    if (this.state !== 'verify' && this.state !== 'error') return;
    this.#rest();
    this.#phoneNumber = undefined;
    this.#clear();
    this.state = 'idle';
    this.#parts.number.focus();
  }

  #cancel() {
    if (this.state === 'sending' || this.state === 'verifying') return;
    this.#rest();
    this.#emit('cancelled');
  }

  #waitToSend(wait, again, whenOver = () => undefined) {
    again.hidden = true;
    this.#resend.start(this.#sendAgainFrom, {
      tick: (seconds) => (wait.textContent = `Send again in ${clockTime(seconds)}`),
      end: () => {
        wait.textContent = '';
        again.hidden = false;
        whenOver();
      },
    });
  }

  #holdBack(pressed, seconds) {
    this.#hold.start(Date.now() + seconds * 1_000, {
      tick: (left) => {
        this.#letGo();
        this.#letGo = wait(pressed, `Try again in ${clockTime(left)}`);
      },
      end: () => {
        this.#letGo();
        this.#clear();
        this.#say('You can try again now.');
      },
    });
  }

  #complain(place, error) {
    place.textContent = sentenceFor(error);
    const isFieldWrong = error.code === 'INVALID_OTP' || error.code === 'INVALID_PHONE_NUMBER';
    const input = place.closest('.field')?.querySelector('input');
    if (isFieldWrong) input?.setAttribute('aria-invalid', 'true');
  }

  #clear() {
    for (const error of this.querySelectorAll('.error')) error.textContent = '';
    for (const input of this.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  }

  #rest() {
    for (const countdown of [this.#expiry, this.#resend, this.#hold]) countdown.stop();
    this.#letGo();
    this.#inbox.stop();
  }

  #say(text) {
    this.#parts.status.textContent = text;
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }

  #numberPart() {
    const input = h('input', { id: freshId('number'), type: 'tel', inputmode: 'tel', autocomplete: 'tel' });
    const face = h('span', { class: 'country-face', 'aria-hidden': 'true' });
    const select = h('select', { 'aria-label': 'Country', autocomplete: 'country' });
    const country = h('div', { class: 'country' }, face, select);
    const { element, error } = field(
      this.words.number,
      input,
      h('div', { class: 'number-field' }, country, input),
    );
    input.setAttribute('aria-describedby', error.id);
    const sendButton = h('button', { type: 'submit', class: 'button' }, this.words.send);
    const numberForm = h('form', { novalidate: true }, element, sendButton, this.#cancelLine());
    onSubmit(numberForm, () => this.#submitNumber());
    const number = new PhoneField({ select, face, input });
    return { number, input, numberError: error, sendButton, numberForm };
  }

  #codePart() {
    const codeInput = h('input', {
      id: freshId('code'),
      class: 'code-field',
      type: 'text',
      inputmode: 'numeric',
      pattern: '[0-9]*',
      maxlength: 6,
      autocomplete: 'one-time-code',
      spellcheck: 'false',
    });
    const expiry = h('p', { id: freshId('expiry'), class: 'hint' });
    const { element, error } = field('6-digit code', codeInput, codeInput);
    codeInput.setAttribute('aria-describedby', `${error.id} ${expiry.id}`);
    element.append(expiry);
    const sentTo = h('strong');
    const verifyButton = h('button', { type: 'submit', class: 'button' }, this.words.verify);
    const resendWait = h('span');
    const resendButton = button('link', 'Send a new code', () => this.sendTo(this.#phoneNumber));
    const codeForm = h(
      'form',
      { novalidate: true },
      h(
        'p',
        { class: 'lead' },
        'We sent it to ',
        sentTo,
        '. ',
        button('link', 'Use a different number', () => this.#otherNumber()),
      ),
      element,
      verifyButton,
      h('p', { class: 'below' }, resendWait, resendButton),
      this.#cancelLine(),
    );
    onSubmit(codeForm, () => this.#submitCode());
    const code = new CodeField(codeInput, () => void this.#submitCode());
    return {
      code,
      codeInput,
      codeError: error,
      expiry,
      sentTo,
      verifyButton,
      resendWait,
      resendButton,
      codeForm,
    };
  }

  #deadPart() {
    const deadError = h('p', { class: 'error', role: 'alert' });
    const newWait = h('span', { tabindex: -1 });
    const newButton = button('button', 'Send a new code', () => this.sendTo(this.#phoneNumber));
    const startOver = button('link', 'Start over', () => this.startOver());
    const dead = h(
      'div',
      {},
      deadError,
      h('p', { class: 'below' }, newWait, newButton),
      h('p', { class: 'below' }, startOver),
      this.#cancelLine(),
    );
    return { deadError, newWait, newButton, dead };
  }

  #cancelLine() {
    const { cancel } = this.words;
    return (
      cancel &&
      h(
        'p',
        { class: 'below' },
        button('link', cancel, () => this.#cancel()),
      )
    );
  }
}

/** A waiting button keeps the focus, which a disabled one would lose. Returns what makes it ready again. */
function wait(element, label) {
  const { textContent } = element;
  element.textContent = label;
  element.ariaDisabled = 'true';
  return () => {
    element.textContent = textContent;
    element.ariaDisabled = null;
  };
}

function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void act();
  });
}

customElements.define('phone-code-form', PhoneCodeForm);
