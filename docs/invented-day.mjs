// Writes the statistics of a day that never was into the demo's database, for the picture of the operations page:
//   node docs/invented-day.mjs demo.sqlite
import Database from 'better-sqlite3';

const HOUR = 3_600_000;
const BUSIEST = 15;
/** The most messages of an hour, and how many of their codes come back. */
const COUNTRIES = { GB: [60, 0.74], US: [42, 0.7], DE: [28, 0.77], FR: [14, 0.72] };
/** Somebody who has messages sent that nobody wants, for a few hours. */
const PUMPING = { country: 'BD', sent: 14, verified: 1, hours: [18, 19, 20, 21] };

const add = new Database(process.argv[2] ?? 'demo.sqlite').prepare(
  `INSERT OR REPLACE INTO phone_auth_send_stat (hour, country, provider, sent, verified, failed) VALUES (?, ?, '', ?, ?, ?)`,
);

for (let ago = 0; ago < 24; ago += 1) {
  const hour = Math.floor(Date.now() / HOUR) * HOUR - ago * HOUR;
  const clock = new Date(hour).getHours();
  const far = Math.min(Math.abs(clock - BUSIEST), 24 - Math.abs(clock - BUSIEST));
  for (const [country, [most, share]] of Object.entries(COUNTRIES)) {
    const sent = Math.round(most * (0.15 + 0.85 * Math.exp(-(far ** 2) / 32)));
    add.run(hour, country, sent, Math.round(sent * share), country === 'GB' && clock % 5 === 0 ? 3 : 0);
  }
  if (PUMPING.hours.includes(clock)) add.run(hour, PUMPING.country, PUMPING.sent, PUMPING.verified, 0);
}
