import { h } from './html.js';
import './phone-code-form.js';

/**
 * Signs in with a number: `<phone-sign-in>`, wherever a page wants it. Tells `signedin` `{ user, session }` once somebody is.
 */
export class PhoneSignIn extends HTMLElement {
  connectedCallback() {
    if (this.firstChild) return;
    const form = h('phone-code-form');
    form.words = { verify: 'Sign in' };
    form.addEventListener('verified', ({ detail: { data } }) => {
      this.dispatchEvent(new CustomEvent('signedin', { bubbles: true, detail: data }));
    });
    this.append(form);
  }
}

customElements.define('phone-sign-in', PhoneSignIn);
