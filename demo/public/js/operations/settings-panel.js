import { operatorSentence } from './words.js';

const element = (id) => document.getElementById(id);

/** The switch, the lifetime of codes, and where events go. What is shown is what the server has answered. */
export class SettingsPanel {
  #api;
  #refused;
  #say;

  /** @param refused is told of an error, and may return true where it has dealt with it */
  constructor({ refused, say }) {
    this.#refused = refused;
    this.#say = say;
    this.#on('enabled', 'click', () => this.#switch());
    this.#on('do-switch-off', 'click', () => this.#change({ enabled: false }, 'enabled'));
    this.#on('keep-on', 'click', () => this.#leaveOn());
    this.#on('lifetime-form', 'submit', () =>
      this.#change({ otp_expires_in: element('lifetime').valueAsNumber }, 'save-lifetime'),
    );
    this.#on('webhook-form', 'submit', () => this.#saveWebhook());
  }

  /** Shows what is set. Resolves to the error, if there is one. */
  async open(api) {
    this.#api = api;
    const [settings, webhook] = await Promise.all([api.settings(), api.webhook()]);
    const error = settings.error ?? webhook.error;
    if (error) return error;
    this.#show(settings.data);
    this.#showWebhook(webhook.data);
    return undefined;
  }

  #show({ enabled, otp_expires_in }) {
    element('enabled').setAttribute('aria-checked', String(enabled));
    element('lifetime').value = String(otp_expires_in);
    element('switch-off').hidden = true;
  }

  #showWebhook({ enabled, webhook_url, enabled_events, timeout_seconds }) {
    element('webhook-enabled').checked = enabled;
    element('webhook-url').value = webhook_url ?? '';
    for (const box of document.getElementsByName('event')) box.checked = enabled_events.includes(box.value);
    element('webhook-timeout').value = String(timeout_seconds);
  }

  async #switch() {
    if (element('enabled').getAttribute('aria-checked') === 'false') {
      await this.#change({ enabled: true }, 'enabled');
      return;
    }
    element('switch-off').hidden = false;
    element('keep-on').focus();
  }

  #leaveOn() {
    element('switch-off').hidden = true;
    element('enabled').focus();
  }

  async #change(changes, button) {
    const data = await this.#busy(button, 'settings-error', () => this.#api.change(changes));
    if (!data) return;
    this.#show(data);
    element(button).focus();
  }

  async #saveWebhook() {
    const events = [...document.getElementsByName('event')].filter(({ checked }) => checked);
    const data = await this.#busy('save-webhook', 'webhook-error', () =>
      this.#api.setWebhook({
        enabled: element('webhook-enabled').checked,
        webhook_url: element('webhook-url').value.trim() || null,
        enabled_events: events.map(({ value }) => value),
        timeout_seconds: element('webhook-timeout').valueAsNumber,
      }),
    );
    if (data) this.#showWebhook(data);
  }

  async #busy(button, place, act) {
    const pressed = element(button);
    if (pressed.ariaDisabled === 'true') return undefined;
    element(place).textContent = '';
    pressed.ariaDisabled = 'true';
    const { data, error } = await act();
    pressed.ariaDisabled = null;
    if (!error) this.#say('Saved.');
    else if (!this.#refused(error)) element(place).textContent = operatorSentence(error);
    return data;
  }

  #on(id, type, listener) {
    element(id).addEventListener(type, (event) => {
      event.preventDefault();
      void listener();
    });
  }
}
