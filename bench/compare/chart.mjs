// Bars: flows per second of each server, as a picture beside the README.
import { writeFile } from 'node:fs/promises';
import { round } from './figures.mjs';

const BAR = 26;
const LEFT = 250;
const WIDTH = 760;

/** @param {{ name: string, value: number, ours: boolean }[]} bars @param {string} title */
export async function writeChart(file, title, bars) {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = 64 + bars.length * (BAR + 10);
  const rows = bars.map(({ name, value, ours }, i) => {
    const y = 52 + i * (BAR + 10);
    const length = Math.max(2, (value / most) * (WIDTH - LEFT - 90));
    return `  <text x="${LEFT - 12}" y="${y + 18}" text-anchor="end">${name}</text>
  <rect x="${LEFT}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="3" fill="${ours ? '#2563eb' : '#94a3b8'}"/>
  <text x="${LEFT + length + 8}" y="${y + 18}">${round(value, 1)}×</text>`;
  });
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="14" role="img">
  <title>${title}</title>
  <rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
  <text x="16" y="28" font-size="16" font-weight="600">${title}</text>
${rows.join('\n')}
</svg>
`;
  await writeFile(file, picture);
}
