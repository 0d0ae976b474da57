export const SHORTEST = 8;

/** A password that can be looked at, and, where it is a new one, counted. */
export class PasswordField {
  #input;
  #reveal;
  #hint;
  #advice;

  /** @param hint where the length of a new password is told */
  constructor({ input, reveal, hint }) {
    this.#input = input;
    this.#reveal = reveal;
    this.#hint = hint;
    this.#advice = hint?.textContent;
    reveal.addEventListener('click', () => this.#show(input.type === 'password'));
    input.addEventListener('input', () => this.#count());
  }

  get id() {
    return this.#input.id;
  }

  get value() {
    return this.#input.value;
  }

  /** What is wrong with it as far as this page can tell; the server has the last word. */
  get problem() {
    if (this.value === '') return 'Enter a password.';
    return this.#hint && this.#length < SHORTEST ? `Use at least ${SHORTEST} characters.` : undefined;
  }

  clear() {
    this.#input.value = '';
    this.#show(false);
    this.#count();
  }

  focus() {
    this.#input.focus();
  }

  /** As people and the server count characters, not as UTF-16 does. */
  get #length() {
    return [...this.value].length;
  }

  #show(shown) {
    this.#input.type = shown ? 'text' : 'password';
    this.#reveal.textContent = shown ? 'Hide' : 'Show';
    this.#reveal.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
  }

  #count() {
    if (!this.#hint) return;
    const length = this.#length;
    const left = SHORTEST - length;
    this.#hint.classList.toggle('enough', left <= 0);
    if (length === 0) this.#hint.textContent = this.#advice;
    else this.#hint.textContent = left > 0 ? `${left} more to go` : `${length} characters`;
  }
}
