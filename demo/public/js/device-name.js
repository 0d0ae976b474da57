// the first that fits: most browsers also claim to be some of those after them
const BROWSERS = [
  [/Edg(e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chromium\/|HeadlessChrome\//, 'Chromium'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Version\/\S+ .*Safari\//, 'Safari'],
];
const SYSTEMS = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'Mac'],
  [/Linux|X11/, 'Linux'],
];

const first = (table, text) => table.find(([pattern]) => pattern.test(text))?.[1];

/** `Chromium on Linux`, for what a browser says of itself. */
export function deviceName(userAgent) {
  // programs that are no browser begin with their name: curl/8.5.0
  const browser = first(BROWSERS, userAgent) ?? /^[\w-]+(?=\/)/.exec(userAgent)?.[0];
  const system = first(SYSTEMS, userAgent);
  if (!browser || browser === 'Mozilla') return system ? `A browser on ${system}` : 'An unknown device';
  return system ? `${browser} on ${system}` : browser;
}

export const isHandheld = (userAgent) => /Mobi|Android|iPhone|iPad/.test(userAgent);
