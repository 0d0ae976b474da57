import { clockTime } from './countdown.js';

/** Which part of the page stands for which step. */
const SECTIONS = { loading: 'loading', number: 'number-step', code: 'code-step', account: 'account' };
const TITLES = { number: 'Sign in', code: 'Enter the code', account: 'Signed in' };

/** Where errors of a step are shown, and the field that they are about. */
const PLACES = {
  number: { error: 'number-error', field: 'number', hint: 'number-hint' },
  code: { error: 'code-error', field: 'code', hint: 'code-expiry' },
  account: { error: 'account-error' },
};

const element = (id) => document.getElementById(id);

/** Everything that the person sees or hears, and nothing of what it means. */
export class View {
  #main = document.querySelector('main');

  /** @param state one of loading, idle, sending, verify, verifying, success */
  show(state, step) {
    this.#main.dataset.state = state;
    for (const [name, id] of Object.entries(SECTIONS)) element(id).hidden = name !== step;
    document.title = [TITLES[step], 'nestjs-phone-auth'].filter(Boolean).join(' · ');
  }

  /** Says it to whoever does not see the page change. */
  announce(text) {
    element('status').textContent = text;
  }

  /** @param isFieldWrong whether what was typed is at fault, and not the server or the line */
  showError(step, sentence, { isFieldWrong = false } = {}) {
    const { error, field, hint } = PLACES[step];
    element(error).textContent = sentence;
    if (!field) return;
    element(field).setAttribute('aria-describedby', `${error} ${hint}`);
    element(field).setAttribute('aria-invalid', String(isFieldWrong));
  }

  clearErrors() {
    for (const step of Object.keys(PLACES)) this.#clear(step);
  }

  /** Clears the errors that say this, and leaves what has gone wrong since. */
  takeBack(sentence) {
    for (const [step, { error }] of Object.entries(PLACES)) {
      if (element(error).textContent === sentence) this.#clear(step);
    }
  }

  /** A waiting button keeps the focus, which a disabled one would lose. */
  wait(id, label) {
    const button = element(id);
    button.dataset.label ??= button.textContent;
    button.textContent = label;
    button.setAttribute('aria-disabled', 'true');
  }

  ready(id) {
    const button = element(id);
    button.textContent = button.dataset.label ?? button.textContent;
    button.removeAttribute('aria-disabled');
  }

  focus(id) {
    element(id).focus();
  }

  sentTo(number) {
    element('sent-to').textContent = number;
  }

  codeGoodFor(seconds) {
    element('code-expiry').textContent = `The code is good for ${clockTime(seconds)}.`;
  }

  sendAgainIn(seconds) {
    element('resend-wait').hidden = false;
    element('resend-wait').textContent = `Send again in ${clockTime(seconds)}`;
    element('resend').hidden = true;
  }

  offerSendAgain() {
    element('resend-wait').hidden = true;
    element('resend').hidden = false;
  }

  /** A dead code takes its field along: the one thing left to do is to ask for another. */
  codeUsable(usable) {
    element('code').disabled = !usable;
    element('verify').hidden = !usable;
    element('code-expiry').hidden = !usable;
    element('resend').className = usable ? 'link' : 'button';
  }

  account({ number, verified, sessionEnd, sessionLeft }) {
    element('account-number').textContent = number;
    element('verified').hidden = !verified;
    element('session-end').textContent = sessionEnd;
    element('session-left').textContent = sessionLeft;
  }

  guardedRoute(status, body) {
    element('me-status').textContent = status;
    element('me-body').textContent = body;
  }

  #clear(step) {
    const { error, field, hint } = PLACES[step];
    element(error).textContent = '';
    if (!field) return;
    element(field).setAttribute('aria-describedby', hint);
    element(field).removeAttribute('aria-invalid');
  }
}
