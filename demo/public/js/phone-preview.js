import { messages } from './api.js';

const SHOWN = 3;

/** The drawn phone beside the form, in place of a real one. */
export class PhonePreview {
  #phone;
  #list;
  #watching;

  constructor(phone, list) {
    this.#phone = phone;
    this.#list = list;
    this.#tellTime();
    setInterval(() => this.#tellTime(), 1_000);
  }

  /** Shows what comes for a number until told to rest: some messages are sent after the answer. */
  watch(phoneNumber) {
    this.rest();
    void this.refresh(phoneNumber);
    this.#watching = setInterval(() => void this.refresh(phoneNumber), 1_000);
  }

  rest() {
    clearInterval(this.#watching);
  }

  /** Shows what has come for a number. The phone is an ornament: where it fails, the form goes on without it. */
  async refresh(phoneNumber) {
    const { data, error } = await messages(phoneNumber);
    // in production there is no such route: the message is on a real phone
    this.#phone.hidden = error?.status === 404;
    if (this.#phone.hidden) this.rest();
    if (data) this.#show(data);
  }

  #show(received) {
    const newest = received.slice(0, SHOWN);
    const gone = [...this.#list.children].filter(
      (item) => !newest.some(({ id }) => item.dataset.id === String(id)),
    );
    for (const item of gone) item.remove();
    // what is drawn already stays in place: moved, it would be read out and slide in again
    const drawn = new Set([...this.#list.children].map((item) => item.dataset.id));
    const arrived = newest.filter(({ id }) => !drawn.has(String(id)));
    this.#list.prepend(...arrived.map(notification));
    for (const [place, when] of this.#list.querySelectorAll('.when').entries()) {
      when.textContent = place === 0 ? 'now' : 'earlier';
    }
    this.#phone.classList.toggle('has-messages', newest.length > 0);
  }

  #tellTime() {
    const now = new Date();
    const time = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit' }).format(now);
    const date = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(
      now,
    );
    for (const [selector, text] of [
      ['.phone-clock', time],
      ['.phone-time', time],
      ['.phone-date', date],
    ]) {
      const element = this.#phone.querySelector(selector);
      if (element.textContent !== text) element.textContent = text;
    }
  }
}

function notification({ id, text }) {
  const item = document.createElement('li');
  item.className = 'message';
  item.dataset.id = String(id);
  const head = document.createElement('p');
  head.className = 'message-head';
  head.append(line('span', 'sender', 'Messages'), line('span', 'when', ''));
  const body = line('p', 'message-text', text);
  item.append(head, body);
  return item;
}

function line(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
