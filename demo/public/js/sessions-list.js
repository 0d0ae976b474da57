import { auth } from './api.js';
import { deviceName } from './device-name.js';
import { sentenceFor } from './sentences.js';
import { sessionRow } from './session-row.js';

const LOOK_AGAIN_AFTER = 10_000;

/** Where the person is signed in, kept up to date while it is looked at. */
export class SessionsList {
  #view;
  #list;
  #others;
  #onLost;
  #own;
  #timer;

  constructor({ view, list, others, onLost }) {
    this.#view = view;
    this.#list = list;
    this.#others = others;
    this.#onLost = onLost;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#shown) void this.#refresh();
    });
  }

  get #shown() {
    return this.#view.step === 'account';
  }

  /** @param own id of the session at hand */
  async show(own) {
    this.#own = own;
    this.#list.replaceChildren();
    this.#others.hidden = true;
    await this.#refresh();
  }

  async endOthers() {
    if (this.#view.state !== 'success') return;
    const { error } = await this.#during(this.#others, () => auth.revokeOtherSessions());
    if (error) return;
    this.#view.announce('You are signed out everywhere else.');
    this.#view.focus('sessions-title');
    await this.#refresh();
  }

  async #end(session, button) {
    const { error } = await this.#during(button, () => auth.revokeSession({ token: session.token }));
    if (error) return;
    this.#view.announce(`${deviceName(session.userAgent)} is signed out.`);
    // the button goes away with its row
    this.#view.focus('sessions-title');
    await this.#refresh();
  }

  async #refresh() {
    clearTimeout(this.#timer);
    const { data: sessions, error } = await auth.listSessions();
    if (!this.#shown) return;
    if (error?.code === 'UNAUTHORIZED') {
      this.#onLost();
      return;
    }
    this.#view.choose('#sessions', error?.code === 'SESSION_NOT_FRESH' ? 'stale' : 'fresh');
    if (sessions) this.#draw(sessions);
    else if (error.code !== 'SESSION_NOT_FRESH') this.#view.showError('sessions', sentenceFor(error));
    this.#timer = setTimeout(() => {
      if (this.#shown) void this.#refresh();
    }, LOOK_AGAIN_AFTER);
  }

  /** Rows that are there already stay where they are, and keep the focus. */
  #draw(sessions) {
    const present = new Map([...this.#list.children].map((row) => [row.dataset.id, row]));
    // the one at hand first, then the newest
    const ordered = sessions.toSorted((a, b) => Number(b.id === this.#own) - Number(a.id === this.#own));
    for (const [place, session] of ordered.entries()) {
      const row =
        present.get(session.id) ??
        sessionRow(session, session.id === this.#own, (button) => this.#end(session, button));
      present.delete(session.id);
      const there = this.#list.children[place];
      if (there !== row) this.#list.insertBefore(row, there ?? null);
    }
    for (const row of present.values()) row.remove();
    this.#others.hidden = sessions.length < 2;
  }

  async #during(button, act) {
    if (button.getAttribute('aria-disabled') === 'true') return { error: true };
    this.#view.clearErrors();
    button.setAttribute('aria-disabled', 'true');
    const { error } = await act();
    button.removeAttribute('aria-disabled');
    if (error?.code === 'UNAUTHORIZED') this.#onLost();
    else if (error) this.#view.showError('sessions', sentenceFor(error));
    return { error };
  }
}
