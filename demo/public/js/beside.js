// A page that has a sign-in of its own, with ours beside it: two elements, and what they tell.
import { auth } from './api.js';
import './elements/phone-number-setting.js';
import './elements/phone-sign-in.js';
import { PhonePreview } from './phone-preview.js';
import { sentenceFor } from './sentences.js';

const element = (id) => document.getElementById(id);
const main = document.querySelector('main');
const phone = new PhonePreview(element('phone'), element('messages'));
const setting = document.querySelector('phone-number-setting');

element('own-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void signInOurWay();
});
element('sign-out').addEventListener('click', () => void signOut());
document.addEventListener('codesent', ({ detail }) => phone.watch(detail.phoneNumber));
document.addEventListener('signedin', ({ detail }) => showProfile(detail.user));
document.addEventListener('changed', () => phone.rest());

const { data: current } = await auth.getSession();
if (current) showProfile(current.user);
else showSignIn();

/** What this application did before, and still does. */
async function signInOurWay() {
  element('own-error').textContent = '';
  const { data, error } = await auth.signIn.phoneNumber({
    phoneNumber: element('own-name').value,
    password: element('own-password').value,
  });
  if (error) element('own-error').textContent = sentenceFor(error);
  else if (data.requiresTwoFactor)
    element('own-error').textContent = 'This account wants a code: sign in with one.';
  else showProfile(data.user);
}

function showProfile(user) {
  phone.rest();
  element('own-password').value = '';
  setting.show(user);
  show('success', 'signed-in');
  element('profile-title').focus();
}

function showSignIn() {
  show('idle', 'signed-out');
}

async function signOut() {
  const { error } = await auth.signOut();
  element('profile-error').textContent = error ? sentenceFor(error) : '';
  if (error) return;
  document.querySelector('phone-sign-in').replaceWith(document.createElement('phone-sign-in'));
  showSignIn();
}

function show(state, id) {
  main.dataset.state = state;
  for (const section of document.querySelectorAll('.card')) section.hidden = section.id !== id;
}
