const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const language = () => document.documentElement.lang;

/** `27 Nov 2026, 14:05` */
export const inFull = (date) =>
  new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(date));

/** `20 Nov, 14:05` */
export const inShort = (date) =>
  new Intl.DateTimeFormat(language(), {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
  }).format(new Date(date));

/** `in 7 days` */
export function fromNow(date) {
  const left = new Date(date).getTime() - Date.now();
  const [unit, length] = UNITS.find(([, size]) => Math.round(left / size) >= 1) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(language()).format(Math.round(left / length), unit);
}
