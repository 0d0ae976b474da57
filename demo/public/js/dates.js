const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** A moment to come, as `27 November 2026 at 14:05 (in 7 days)`. */
export function until(date, language = document.documentElement.lang) {
  const moment = new Date(date);
  const left = moment.getTime() - Date.now();
  const [unit, length] = UNITS.find(([, size]) => left >= size * 0.99) ?? UNITS.at(-1);
  const relative = new Intl.RelativeTimeFormat(language).format(Math.round(left / length), unit);
  const absolute = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(
    moment,
  );
  return `${absolute} (${relative})`;
}
