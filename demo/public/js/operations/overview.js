import { DayChart } from './day-chart.js';
import { clockOf, countryName, whyBlocked } from './words.js';

const element = (id) => document.getElementById(id);

/** Figures, chart and tables of the last day. */
export class Overview {
  #chart = new DayChart({
    place: element('chart'),
    reading: element('chart-reading'),
    table: element('chart-table').tBodies[0],
  });

  show({ hours, countries, blocked }) {
    const sum = (part) => countries.reduce((all, country) => all + country[part], 0);
    const [sent, verified] = [sum('sent'), sum('verified')];
    element('total-sent').textContent = inFull(sent);
    element('total-verified').textContent = inFull(verified);
    element('total-share').textContent = sent > 0 ? share(verified, sent) : '';
    element('total-failed').textContent = inFull(sum('failed'));
    element('total-blocked').textContent = blocked.length === 100 ? '100+' : inFull(blocked.length);
    this.#chart.show(hours);
    fill('countries', countries.toSorted((a, b) => b.sent - a.sent).map(countryRow));
    fill('blocked', blocked.map(blockedRow));
  }
}

const inFull = (count) => count.toLocaleString('en');
const share = (part, whole) => `${Math.round((100 * part) / whole)} %`;

function fill(id, rows) {
  element(id).replaceChildren(...rows);
  element(`no-${id}`).hidden = rows.length > 0;
  element(id).closest('table').hidden = rows.length === 0;
}

function countryRow({ country, sent, verified }) {
  const row = document.createElement('tr');
  cell(row, countryName(country), 'th');
  cell(row, inFull(sent), 'td', 'number');
  cell(row, inFull(verified), 'td', 'number');
  const part = Math.min(1, verified / Math.max(1, sent));
  const bar = document.createElement('span');
  bar.className = part < 0.2 && sent >= 50 ? 'bar low' : 'bar';
  bar.style.setProperty('--part', String(part));
  const place = row.insertCell();
  place.className = 'share';
  place.append(bar, ` ${share(verified, Math.max(1, sent))}`);
  return row;
}

function blockedRow({ at, phoneNumber, country, ipAddress, ...why }) {
  const row = document.createElement('tr');
  cell(row, clockOf(at), 'td', 'number');
  cell(row, phoneNumber, 'td', 'masked');
  cell(row, countryName(country));
  cell(row, whyBlocked(why));
  cell(row, ipAddress, 'td', 'masked');
  return row;
}

function cell(row, text, tag = 'td', className = '') {
  const made = document.createElement(tag);
  if (tag === 'th') made.scope = 'row';
  made.className = className;
  made.textContent = text;
  row.append(made);
}
