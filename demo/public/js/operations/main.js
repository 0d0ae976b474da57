import { forgetKey, keepKey, keptKey } from './kept-key.js';
import { OperatorApi } from './operator-api.js';
import { Overview } from './overview.js';
import { SettingsPanel } from './settings-panel.js';
import { operatorSentence } from './words.js';

const LOOK_EVERY = 15_000;

const element = (id) => document.getElementById(id);
const overview = new Overview();
const settings = new SettingsPanel({ refused: turnedAway, say });
let api;

element('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  void open(element('key').value.trim());
});
element('lock').addEventListener('click', () => lock());
setInterval(() => {
  if (api && !document.hidden) void look();
}, LOOK_EVERY);

const kept = keptKey();
if (kept) await open(kept);

async function open(key) {
  element('key-error').textContent = '';
  const wanted = new OperatorApi(key);
  const error = key === '' ? { code: 'UNAUTHORIZED' } : await settings.open(wanted);
  if (error) {
    const isWrong = error.code === 'UNAUTHORIZED';
    if (isWrong) forgetKey();
    element('key-error').textContent = isWrong ? 'This is not the key.' : operatorSentence(error);
    element('key').focus();
    return;
  }
  api = wanted;
  keepKey(key);
  element('key').value = '';
  show(true);
  await look();
}

async function look() {
  const { data, error } = await api.lastDay();
  if (error && turnedAway(error)) return;
  element('board-error').textContent = error ? operatorSentence(error) : '';
  if (data) overview.show(data);
}

function lock(sentence = '') {
  api = undefined;
  forgetKey();
  show(false);
  element('key-error').textContent = sentence;
  element('key').focus();
}

/** The key was taken away. */
function turnedAway({ code }) {
  if (code !== 'UNAUTHORIZED') return false;
  lock('The key is no longer good.');
  return true;
}

function show(isOpen) {
  element('key-part').hidden = isOpen;
  element('board').hidden = !isOpen;
  element('lock').hidden = !isOpen;
}

function say(text) {
  element('status').textContent = text;
}
