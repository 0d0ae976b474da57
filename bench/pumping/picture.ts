import type { Result } from './replay.js';
import { HOUR } from './timeline.js';

const WIDTH = 720;
const HEIGHT = 320;
const LEFT = 64;
const RIGHT = 16;
const TOP = 48;
const BOTTOM = 40;
const POINTS = 240;

/** Colours that read on white and on black. */
const OURS = '#2f9e5b';
const PEERS = '#d9822b';
const REFUSED = '#c0392b';
const INK = '#808080';

/**
 * Messages to the attacker over time, or in a healthy scenario to people, with a mark wherever somebody was refused. The
 * height is logarithmic, as one curve is a hundredth of the other.
 */
export function picture({ scenario, ours, peers, people }: Result): string {
  const isAttack = scenario.attack.length > 0;
  const from = isAttack ? scenario.attack[0]!.at : scenario.from;
  const end = isAttack
    ? scenario.attack.at(-1)!.at
    : people.reduce((latest, person) => Math.max(latest, person.from), from);
  const curves = isAttack
    ? { ours: ours.attackerSent, peers: peers.attackerSent }
    : { ours: ours.peopleSent, peers: peers.peopleSent };
  const most = Math.max(10, curves.ours.length, curves.peers.length);
  const x = (at: number) => LEFT + ((at - from) / (end - from)) * (WIDTH - LEFT - RIGHT);
  const y = (count: number) =>
    HEIGHT - BOTTOM - (Math.log10(count + 1) / Math.log10(most + 1)) * (HEIGHT - TOP - BOTTOM);

  const curve = (sent: readonly number[], colour: string, dashes = '') => {
    let passed = 0;
    const points = Array.from({ length: POINTS + 1 }, (_, i) => {
      const at = from + ((end - from) * i) / POINTS;
      while (passed < sent.length && sent[passed]! <= at) passed += 1;
      return `${x(at).toFixed(1)},${y(passed).toFixed(1)}`;
    });
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>`;
  };
  const label = (left: number, top: number, text: string, anchor = 'start', colour = INK) =>
    `<text x="${left}" y="${top}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;
  const rows = [1, 10, 100, 1_000, 10_000, 100_000].filter((count) => count <= most);
  const hours = (end - from) / HOUR;
  const every = [1, 2, 4, 24, 48].find((step) => hours / step <= 12) ?? 48;
  const columns = Array.from({ length: Math.floor(hours / every) + 1 }, (_, i) => i * every);
  const refused = [...ours.refused.values()].filter((at) => at >= from && at <= end);

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${scenario.name}</title>`,
    label(LEFT, 20, `${scenario.name}: messages to ${isAttack ? 'the attacker' : 'people'}, logarithmic`),
    label(LEFT, 36, `this guard ${curves.ours.length}`, 'start', OURS),
    label(LEFT + 130, 36, `10 a minute and address ${curves.peers.length}`, 'start', PEERS),
    label(LEFT + 350, 36, `people refused ${refused.length}`, 'start', REFUSED),
    ...rows.map(
      (count) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(count).toFixed(1)}" y2="${y(count).toFixed(1)}" stroke="${INK}" stroke-opacity="0.3"/>` +
        label(LEFT - 6, Math.round(y(count)) + 4, count.toLocaleString('en').replaceAll(',', ' '), 'end'),
    ),
    ...columns.map((hour) =>
      label(Math.round(x(from + hour * HOUR)), HEIGHT - BOTTOM + 22, `${hour} h`, 'middle'),
    ),
    curve(curves.peers, PEERS, ' stroke-dasharray="6 4"'),
    curve(curves.ours, OURS),
    ...refused.map(
      (at) => `<path d="M${x(at).toFixed(1)} ${HEIGHT - BOTTOM}v-8" stroke="${REFUSED}" stroke-width="1.5"/>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}
