import { auth } from '../api.js';
import { formatted } from '../phone-numbers.js';
import { button, h } from './html.js';
import './phone-code-form.js';

/**
 * The number of whoever is signed in, as the session has it: none, not verified, or verified. Adds one, verifies it, or
 * changes it: `<phone-number-setting>`, with `show(user)`. Tells `changed` `{ user }`.
 */
export class PhoneNumberSetting extends HTMLElement {
  #user;

  /** @param user of the session */
  show(user, notice = '') {
    this.#user = user;
    const { phoneNumber, phoneNumberVerified } = user;
    if (!phoneNumber) this.#become('none', ...this.#none());
    else if (phoneNumberVerified) this.#become('verified', ...this.#verified(notice));
    else this.#become('unverified', ...this.#unverified());
  }

  #none() {
    return [
      h('p', { class: 'soft' }, 'No number yet. With one you can sign in by a code.'),
      this.#form('Add number'),
    ];
  }

  #unverified() {
    const { phoneNumber } = this.#user;
    const resend = button('button-small', 'Send verification code', () => this.#open('verify', phoneNumber));
    const other = button('link', 'Use a different number', () => this.#open('change'));
    return [this.#number('Not verified', 'badge bad'), h('p', { class: 'actions' }, resend, other)];
  }

  #verified(notice) {
    const change = button('button-small', 'Change phone number', () => this.#open('change'));
    return [
      h('p', { class: 'notice', role: 'status' }, notice),
      this.#number('Verified', 'badge'),
      h('p', { class: 'actions' }, change),
    ];
  }

  #number(badge, className) {
    const number = h('strong', {}, formatted(this.#user.phoneNumber));
    return h('p', { class: 'number' }, number, ' ', h('span', { class: className }, badge));
  }

  /** @param phoneNumber where a code goes to at once */
  #open(what, phoneNumber) {
    const form = this.#form(what === 'change' ? 'Change number' : 'Verify number', 'Cancel');
    this.#become(what, form);
    if (phoneNumber) void form.sendTo(phoneNumber);
    else form.startOver();
  }

  #form(verify, cancel) {
    const form = h('phone-code-form');
    form.words = { number: 'New phone number', verify, ...(cancel && { cancel }) };
    form.check = ({ phoneNumber, code }) =>
      auth.phoneNumber.verify({ phoneNumber, code, updatePhoneNumber: true });
    form.addEventListener('cancelled', () => this.show(this.#user));
    form.addEventListener('verified', ({ detail: { data } }) => {
      this.show(data.user, 'Your number is verified.');
      this.dispatchEvent(new CustomEvent('changed', { bubbles: true, detail: { user: data.user } }));
    });
    return form;
  }

  #become(state, ...parts) {
    this.dataset.state = state;
    this.replaceChildren(...parts);
  }
}

customElements.define('phone-number-setting', PhoneNumberSetting);
