import { inShort } from './dates.js';
import { deviceName, isHandheld } from './device-name.js';

/** One place where the person is signed in. @param end called with the button that ends it */
export function sessionRow({ id, userAgent, ipAddress, createdAt }, isOwn, end) {
  const name = deviceName(userAgent);
  const row = document.createElement('li');
  row.className = 'session';
  row.dataset.id = id;
  const title = part('p', 'session-name', name);
  if (isOwn) title.append(' ', part('span', 'badge', 'This device'));
  const words = part('div', 'session-words');
  const address = ipAddress.replace(/^::ffff:/, '');
  words.append(
    title,
    part('p', 'session-facts', [address, `since ${inShort(createdAt)}`].filter(Boolean).join(' · ')),
  );
  row.append(part('span', `device ${isHandheld(userAgent) ? 'handheld' : 'desktop'}`), words);
  if (!isOwn) row.append(endButton(name, end));
  return row;
}

function endButton(name, end) {
  const button = part('button', 'button-small', 'Sign out there');
  button.type = 'button';
  // begins with what is seen, so that it can be spoken
  button.setAttribute('aria-label', `Sign out there: ${name}`);
  button.addEventListener('click', () => void end(button));
  return button;
}

function part(tag, className, text = '') {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
