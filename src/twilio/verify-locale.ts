/** What Verify has texts in (https://www.twilio.com/docs/verify/supported-languages); it refuses everything else. */
const SUPPORTED = new Set(
  'af ar ca zh zh-CN zh-HK hr cs da nl en en-GB et fi fr de el he hi hu id it ja kn ko lt ms mr nb pl pt-BR pt ro ru sk es sv tl te th tr uk vi'.split(
    ' ',
  ),
);

/** The language that Verify has, exactly or without its region; else Twilio goes by the country of the number. */
export function verifyLocale(locale: string | undefined): string | undefined {
  if (locale === undefined) return undefined;
  return [locale, locale.split('-')[0] ?? ''].find((tag) => SUPPORTED.has(tag));
}
