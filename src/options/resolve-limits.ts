import type { GuessLimits, PhoneAuthConfig, PumpingLimits, SendLimits } from './config.js';
import type {
  GuessLimitOptions,
  LimitOptions,
  PhoneAuthOptions,
  PumpingOptions,
  SendLimitOptions,
  TestNumberOptions,
} from './options.js';

/** The defaults of everything that is counted. */
export function resolveLimits(options: LimitOptions): PhoneAuthConfig['limits'] {
  const { guesses, sends, pumping, onFailure, knownDevice = 180 } = options;
  return {
    storage: options.storage ?? 'memory',
    guesses: guesses === false ? undefined : resolveGuesses(guesses ?? {}),
    sends: sends === false ? undefined : resolveSends(sends ?? {}),
    pumping: pumping === false ? undefined : resolvePumping(pumping ?? {}),
    onFailure: { send: onFailure?.send ?? 'refuse', verify: onFailure?.verify ?? 'refuse' },
    knownDevice,
  };
}

function resolveGuesses(options: GuessLimitOptions): GuessLimits {
  const { perHour = 10, perDay = 20, inARow = 50, perAddress = 30 } = options;
  const { waits = [30, 60, 120, 240, 480, 960, 1_920, 3_600] } = options;
  return { perHour, perDay, inARow, perAddress, waits };
}

function resolveSends({ inARow = 5, perHour = 5, perDay = 10, ...rest }: SendLimitOptions): SendLimits {
  const { perAddress = 20, perUser = 5, overall } = rest;
  const { perMinute = Infinity, perDay: overallPerDay = Infinity } = overall ?? {};
  return { inARow, perHour, perDay, perAddress, perUser, overall: { perMinute, perDay: overallPerDay } };
}

function resolvePumping(options: PumpingOptions): PumpingLimits {
  const { mode = 'deny', tolerance = 0.7, countriesPerAddress = 3, perBlock = 10 } = options;
  return {
    mode,
    tolerance,
    countriesPerAddress,
    perBlock,
    perAddress: perHourAndDay(options.perAddress, 8, 12),
    perCountry: perHourAndDay(options.perCountry, 5, 20),
    overall: perHourAndDay(options.overall, 25, 100),
  };
}

/** Not by spreading: a figure that is `undefined` would take the place of the default, and limit nothing. */
const perHourAndDay = (
  given: { perHour?: number; perDay?: number } = {},
  perHour: number,
  perDay: number,
) => ({
  perHour: given.perHour ?? perHour,
  perDay: given.perDay ?? perDay,
});

export function resolveTestNumbers(options: TestNumberOptions | undefined): PhoneAuthConfig['testNumbers'] {
  return {
    codes: new Map(Object.entries(options?.codes ?? {})),
    // NaN where it is missing, which is refused
    until: options ? new Date(options.until).getTime() : 0,
  };
}

/** A call costs more than a text and disturbs more. */
export function resolveChannels({
  whatsapp,
  voice,
}: NonNullable<PhoneAuthOptions['channels']>): PhoneAuthConfig['channels'] {
  return {
    ...(whatsapp && { whatsapp: { after: 2, perHour: 3, perDay: 6, ...whatsapp } }),
    ...(voice && { voice: { after: 3, perHour: 1, perDay: 3, ...voice } }),
  };
}
