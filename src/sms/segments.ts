/** What a text takes on the air. @publicApi */
export interface SmsSegments {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Septets of GSM-7, where some characters take two, or 16-bit units of UCS-2. */
  readonly units: number;
  /** Messages that the text is sent as, and paid for. */
  readonly segments: number;
}

/** The basic alphabet of GSM 03.38, table 6.2.1. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);

/** Its extension: an escape and a character. */
const EXTENSION = new Set('\f^{}\\[~]|€');

/** Units in the one segment, and in each of several, which carry a header. */
const ROOM = { 'GSM-7': [160, 153], 'UCS-2': [70, 67] } as const;

/**
 * How many segments a text takes (R37): 160 septets or 70 units fit into one, 153 or 67 into each of several. A
 * character is never torn in two.
 *
 * @example
 * ```ts
 * smsSegments('Your code is 048213'); // { encoding: 'GSM-7', units: 19, segments: 1 }
 * smsSegments('Ваш код: 048213');     // { encoding: 'UCS-2', units: 15, segments: 1 }
 * ```
 * @publicApi
 */
export function smsSegments(text: string): SmsSegments {
  const characters = Array.from(text); // by code point: the alphabet knows nothing of clusters
  const encoding = characters.every((character) => BASIC.has(character) || EXTENSION.has(character))
    ? 'GSM-7'
    : 'UCS-2';
  const sizes = characters.map((character) =>
    encoding === 'UCS-2' ? character.length : EXTENSION.has(character) ? 2 : 1,
  );
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [alone, each] = ROOM[encoding];
  return { encoding, units, segments: units <= alone ? 1 : parts(sizes, each) };
}

/** What does not fit at the end of a segment goes into the next as a whole. */
function parts(sizes: readonly number[], room: number): number {
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > room) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return count;
}
