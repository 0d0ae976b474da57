import { CodeField } from './code-field.js';
import { PhoneField } from './phone-field.js';
import { PhonePreview } from './phone-preview.js';
import { SignIn } from './sign-in.js';
import { View } from './view.js';

const EXAMPLE = '+12025550123';
const element = (id) => document.getElementById(id);

const number = new PhoneField({
  select: element('country'),
  face: document.querySelector('.country-face'),
  input: element('number'),
});
const code = new CodeField(element('code'), () => signIn.checkCode());
const phone = new PhonePreview(element('phone'), element('messages'));
const signIn = new SignIn({ view: new View(), number, code, phone });

on('number-form', 'submit', () => signIn.sendCode());
on('code-form', 'submit', () => signIn.checkCode());
on('resend', 'click', () => signIn.sendAgain());
on('change-number', 'click', () => signIn.changeNumber());
on('sign-out', 'click', () => signIn.signOut());
on('use-example', 'click', () => {
  number.fill(EXAMPLE);
  number.focus();
});

await signIn.start();

function on(id, type, listener) {
  element(id).addEventListener(type, (event) => {
    event.preventDefault();
    void listener();
  });
}
