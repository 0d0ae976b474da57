const element = (id) => document.getElementById(id);

/** Everything that the person sees or hears, and nothing of what it means. */
export class View {
  #main = document.querySelector('main');

  /** One of loading, idle, sending, verify, verifying, success. */
  get state() {
    return this.#main.dataset.state;
  }

  set state(state) {
    this.#main.dataset.state = state;
  }

  get step() {
    return this.#main.dataset.step;
  }

  /** @param way for steps that serve several purposes: which of their words and fields to show */
  show(state, step, way) {
    this.state = state;
    this.#main.dataset.step = step;
    for (const section of document.querySelectorAll('[data-step].card')) {
      section.hidden = section.dataset.step !== step;
    }
    if (way) this.choose(`[data-step="${step}"].card`, way);
    const title = element(`${step}-title`)?.innerText;
    document.title = [title, 'nestjs-phone-auth'].filter(Boolean).join(' · ');
  }

  /** Of what is marked as being for some choices, shows what is for this one. */
  choose(within, choice) {
    for (const part of document.querySelectorAll(`${within} [data-for]`)) {
      part.hidden = !part.dataset.for.split(' ').includes(choice);
    }
  }

  /** Says it to whoever does not see the page change. */
  announce(text) {
    element('status').textContent = text;
  }

  /** Good news, for the eyes; `announce` it too. */
  notice(step, text = '') {
    element(`${step}-notice`).textContent = text;
  }

  /** Writes a text wherever the page has a place for it. */
  fill(name, text) {
    for (const place of document.querySelectorAll(`[data-text="${name}"]`)) {
      if (place instanceof HTMLInputElement) place.value = text;
      else place.textContent = text;
    }
  }

  /**
   * @param place id of the field, or of the step, that the error is about
   * @param isFieldWrong whether what was typed is at fault, and not the server or the line
   */
  showError(place, sentence, { isFieldWrong = false } = {}) {
    element(`${place}-error`).textContent = sentence;
    const field = element(place);
    if (!(field instanceof HTMLInputElement)) return;
    field.dataset.hint ??= field.getAttribute('aria-describedby') ?? '';
    field.setAttribute('aria-describedby', `${place}-error ${field.dataset.hint}`.trim());
    field.setAttribute('aria-invalid', String(isFieldWrong));
  }

  clearErrors() {
    for (const { id } of document.querySelectorAll('.error')) this.#clear(id.replace(/-error$/, ''));
  }

  /** Clears the errors that say this, and leaves what has gone wrong since. */
  takeBack(sentence) {
    for (const { id, textContent } of document.querySelectorAll('.error')) {
      if (textContent === sentence) this.#clear(id.replace(/-error$/, ''));
    }
  }

  label(id, text) {
    const button = element(id);
    button.dataset.label = text;
    button.textContent = text;
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

  #clear(place) {
    element(`${place}-error`).textContent = '';
    const field = element(place);
    if (!(field instanceof HTMLInputElement)) return;
    if (field.dataset.hint === '') field.removeAttribute('aria-describedby');
    else if (field.dataset.hint) field.setAttribute('aria-describedby', field.dataset.hint);
    field.removeAttribute('aria-invalid');
  }
}
