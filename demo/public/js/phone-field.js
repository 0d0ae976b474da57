import { countries, countryName, defaultCountry } from './countries.js';
import { AsYouType, parsePhoneNumberFromString, validatePhoneNumberLength } from './phone-numbers.js';

/** Country and number as one field: formats while the person types, and reads E.164. */
export class PhoneField {
  #select;
  #face;
  #input;

  constructor({ select, face, input }) {
    this.#select = select;
    this.#face = face;
    this.#input = input;
    for (const { code, name, dial, flag } of countries()) {
      // the name comes first: letters typed on a select are looked for there
      const option = new Option(`${name} (${dial})`, code);
      option.dataset.face = `${flag} ${dial}`;
      select.add(option);
    }
    this.#country = defaultCountry();
    select.addEventListener('change', () => {
      this.#country = select.value;
      this.#format();
    });
    input.addEventListener('input', (event) => {
      this.#format();
      if (!isTyped(event)) this.#settle();
    });
    input.addEventListener('change', () => this.#settle());
  }

  /** The number in E.164 form, or a sentence on what is wrong with it. */
  read() {
    const text = this.#input.value.trim();
    if (text === '') return { problem: 'Enter your phone number.' };
    const country = this.#select.value;
    const number = parsePhoneNumberFromString(text, country);
    if (number?.isValid()) return { phoneNumber: number.number };
    const where = countryName(number?.country ?? country);
    switch (validatePhoneNumberLength(text, country)) {
      case 'TOO_SHORT':
        return { problem: `This number is too short for ${where}.` };
      case 'TOO_LONG':
        return { problem: `This number is too long for ${where}.` };
      default:
        return { problem: `This is not a phone number in ${where}.` };
    }
  }

  fill(phoneNumber) {
    this.#input.value = phoneNumber;
    this.#format();
    this.#settle();
  }

  clear() {
    this.#input.value = '';
  }

  focus() {
    this.#input.focus();
    this.#input.select();
  }

  set autocomplete(purpose) {
    this.#input.autocomplete = purpose;
  }

  get #country() {
    return this.#select.value;
  }

  set #country(code) {
    this.#select.value = code;
    this.#face.textContent = this.#select.selectedOptions[0]?.dataset.face ?? '';
  }

  #format() {
    const { value, selectionStart } = this.#input;
    const typer = new AsYouType(this.#country);
    const text = typer.input(value);
    if (value.trimStart().startsWith('+') && typer.getCountry()) this.#country = typer.getCountry();
    if (text === value) return;
    const before = significant(value.slice(0, selectionStart ?? value.length)).length;
    this.#input.value = text;
    const caret = endOf(text, before);
    this.#input.setSelectionRange(caret, caret);
  }

  /** A whole number with its country code moves the code into the country, where it is shown already. */
  #settle() {
    const number = parsePhoneNumberFromString(this.#input.value, this.#country);
    if (!number?.isValid() || !number.country) return;
    this.#country = number.country;
    this.#input.value = number.formatNational();
  }
}

/** One character at a time, or none. Pasted and filled in, a number is whole and can be rewritten. */
const isTyped = ({ inputType = '', data }) =>
  inputType.startsWith('delete') || (inputType.startsWith('insert') && data?.length === 1);

const significant = (text) => text.replace(/[^+0-9]/g, '');

/** Where the first `count` digits of a formatted number end. */
function endOf(text, count) {
  let at = 0;
  for (let seen = 0; seen < count && at < text.length; at += 1) {
    if (significant(text[at])) seen += 1;
  }
  return at;
}
