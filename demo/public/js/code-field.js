/** One field for the code, so that paste, autofill and screen readers work as they do everywhere. */
export class CodeField {
  #input;

  /** @param onComplete called once the last digit is in */
  constructor(input, onComplete) {
    this.#input = input;
    input.addEventListener('input', () => {
      input.value = this.#digits(input.value);
      if (this.complete) onComplete();
    });
    input.addEventListener('paste', (event) => {
      // whole messages get pasted too, and maxlength would cut them before the code
      event.preventDefault();
      this.fill(event.clipboardData.getData('text'), onComplete);
    });
  }

  get value() {
    return this.#input.value;
  }

  get complete() {
    return this.value.length === this.#input.maxLength;
  }

  fill(text, onComplete) {
    const { maxLength } = this.#input;
    const whole = new RegExp(`(?<!\\d)\\d{${maxLength}}(?!\\d)`).exec(text)?.[0];
    this.#input.value = whole ?? this.#digits(text);
    if (this.complete) onComplete();
  }

  clear() {
    this.#input.value = '';
  }

  focus() {
    this.#input.focus();
  }

  #digits(text) {
    return text.replace(/\D/g, '').slice(0, this.#input.maxLength);
  }
}
