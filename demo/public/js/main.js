import { AccountPage } from './account-page.js';
import { App } from './app.js';
import { ChangePasswordStep } from './change-password-step.js';
import { CodeField } from './code-field.js';
import { CodeStep } from './code-step.js';
import { Holds } from './holds.js';
import { NumberStep } from './number-step.js';
import { PasswordField } from './password-field.js';
import { PhoneField } from './phone-field.js';
import { PhonePreview } from './phone-preview.js';
import { sentenceFor } from './sentences.js';
import { SessionsList } from './sessions-list.js';
import { TwoFactorStep } from './two-factor-step.js';
import { View } from './view.js';

const EXAMPLE = '+12025550123';
const element = (id) => document.getElementById(id);

const view = new View();
const holds = new Holds(view);
const phone = new PhonePreview(element('phone'), element('messages'));
const number = new PhoneField({
  select: element('country'),
  face: document.querySelector('.country-face'),
  input: element('number'),
});
const code = new CodeField(element('code'), () => codeStep.completed());
const onLost = () => app.lostSession();
const sessions = new SessionsList({
  view,
  list: element('session-list'),
  others: element('end-others'),
  onLost,
});

const numberStep = new NumberStep({ view, holds, number, password: password('password') });
const codeStep = new CodeStep({ view, holds, phone, code, newPassword: password('new-password') });
const account = new AccountPage({ view, holds, sessions, onLost });
const passwordStep = new ChangePasswordStep({
  view,
  holds,
  current: password('current-password'),
  wanted: password('next-password'),
  others: element('end-others-too'),
  after: { done: (othersEnded) => app.passwordChanged(othersEnded), lost: onLost },
});
const twoFactorStep = new TwoFactorStep({
  view,
  holds,
  password: password('two-factor-password'),
  after: {
    done: (user) => app.twoFactorChanged(user),
    prove: (goOn) => app.proveFirst(goOn),
    lost: onLost,
  },
});
const app = new App({ view, phone, numberStep, codeStep, passwordStep, twoFactorStep, account });

on('number-form', 'submit', () => numberStep.submit());
on('use-password', 'click', () => app.askForNumber('password'));
on('use-code', 'click', () => app.askForNumber('code'));
on('forgot', 'click', () => app.askForNumber('reset'));
on('back-to-password', 'click', () => app.askForNumber('password'));
on('cancel-number', 'click', () => app.showAccount({ focus: 'change-number' }));
on('use-example', 'click', () => {
  number.fill(EXAMPLE);
  number.focus();
});
on('code-form', 'submit', () => codeStep.check());
on('resend', 'click', () => codeStep.sendAgain());
on('other-number', 'click', () => codeStep.otherNumber());
on('cancel-code', 'click', () => codeStep.cancel());
on('start-over', 'click', () => codeStep.cancel());
on('change-number', 'click', () => app.changeNumber());
on('verify-number', 'click', () => app.confirmNumber());
on('set-password', 'click', () => app.setPassword('set-password'));
on('change-password', 'click', () => app.changePassword());
on('password-form', 'submit', () => passwordStep.submit());
on('cancel-password', 'click', () => app.showAccount({ focus: 'change-password' }));
on('two-factor', 'click', () => app.changeTwoFactor());
on('two-factor-form', 'submit', () => twoFactorStep.submit());
on('cancel-two-factor', 'click', () => app.showAccount({ focus: 'two-factor' }));
on('end-others', 'click', () => sessions.endOthers());
on('sign-in-again', 'click', () => app.signOut('sign-in-again'));
on('sign-out', 'click', () => app.signOut());

await app.start();

function password(id) {
  return new PasswordField({
    input: element(id),
    reveal: element(`${id}-reveal`),
    hint: element(`${id}-hint`),
  });
}

function on(id, type, listener) {
  element(id).addEventListener(type, (event) => {
    event.preventDefault();
    void attempt(listener);
  });
}

/** A fault of this page itself is for its developers, but the person hears of it too. */
async function attempt(listener) {
  try {
    await listener();
  } catch (error) {
    reportError(error);
    view.showError(view.step, sentenceFor({ code: 'UNEXPECTED_ERROR' }));
  }
}
