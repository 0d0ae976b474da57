import uPlot from '../../vendor/uplot.js';
import { clockOf } from './words.js';

const HOUR = 3_600_000;
const HOURS = 24;
const HEIGHT = 240;

/** What became of the messages of each hour: a bar of three parts. */
export class DayChart {
  #place;
  #reading;
  #table;
  #plot;
  #hours = [];

  constructor({ place, reading, table }) {
    this.#place = place;
    this.#reading = reading;
    this.#table = table;
    new ResizeObserver(() => this.#fit()).observe(place);
    // a canvas does not follow the colours of the page by itself
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#draw());
  }

  show(stats) {
    this.#hours = hoursOf(stats);
    this.#table.replaceChildren(...this.#hours.map(row));
    if (this.#plot) this.#plot.setData(stacked(this.#hours));
    else this.#draw();
    this.#read();
  }

  #draw() {
    this.#plot?.destroy();
    const ink = colorOf('soft');
    const grid = { stroke: colorOf('line'), width: 1 };
    const axis = { stroke: ink, font: '12px system-ui, sans-serif', ticks: { show: false } };
    this.#plot = new uPlot(
      {
        width: this.#place.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { y: false, points: { show: false }, drag: { setScale: false } },
        scales: {
          x: { range: (_, from, to) => [from - HOUR / 2_000, to + HOUR / 2_000] },
          y: { range: (_, __, most) => [0, Math.max(4, most * 1.1)] },
        },
        axes: [
          {
            ...axis,
            size: 30,
            grid: { show: false },
            values: (_, moments) => moments.map((at) => clockOf(at * 1_000)),
          },
          {
            ...axis,
            grid,
            size: 40,
            incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
          },
        ],
        // the whole first, and what is in front of it after that
        series: [{}, bar('failed'), bar('open'), bar('verified')],
        hooks: { setCursor: [({ cursor }) => this.#read(cursor.idx)] },
      },
      stacked(this.#hours),
      this.#place,
    );
  }

  #fit() {
    this.#plot?.setSize({ width: this.#place.clientWidth, height: HEIGHT });
  }

  /** Says the figures of the hour that is pointed at, or of the present one. */
  #read(index) {
    const hour = this.#hours[index ?? HOURS - 1];
    if (hour) this.#reading.textContent = sentence(hour);
  }
}

const bar = (part) => {
  const fill = colorOf(part);
  return {
    fill,
    width: 0,
    points: { show: false },
    paths: uPlot.paths.bars({ size: [0.62, 28], radius: 0.2 }),
  };
};

/** A colour as the page has it at the moment, out of the legend. */
const colorOf = (part) => {
  if (part === 'soft') return getComputedStyle(document.querySelector('#chart-reading')).color;
  if (part === 'line') return getComputedStyle(document.querySelector('.chart')).borderTopColor;
  return getComputedStyle(document.querySelector(`.swatch.${part}`)).backgroundColor;
};

/** Every hour of the last day, also those without messages, and all countries together. */
function hoursOf(stats) {
  const present = Math.floor(Date.now() / HOUR) * HOUR;
  const hours = Array.from({ length: HOURS }, (_, n) => ({
    at: present - (HOURS - 1 - n) * HOUR,
    sent: 0,
    verified: 0,
    failed: 0,
  }));
  for (const { hour, sent, verified, failed } of stats) {
    const of = hours.find(({ at }) => at === Date.parse(hour));
    if (!of) continue;
    of.sent += sent;
    of.verified += verified;
    of.failed += failed;
  }
  return hours;
}

/** A code may come back in the hour after its message, so more can have come back than was sent. */
function stacked(hours) {
  const total = ({ sent, verified }) => Math.max(sent, verified);
  return [
    hours.map(({ at }) => at / 1_000),
    hours.map((hour) => total(hour) + hour.failed),
    hours.map(total),
    hours.map(({ verified }) => verified),
  ];
}

const sentence = ({ at, sent, verified, failed }) =>
  `From ${clockOf(at)}: ${sent} ${sent === 1 ? 'message' : 'messages'}, ${verified} came back, ${failed} not sent`;

function row({ at, sent, verified, failed }) {
  const line = document.createElement('tr');
  for (const text of [clockOf(at), sent, verified, failed]) line.insertCell().textContent = String(text);
  return line;
}
