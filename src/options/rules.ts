import { inspect } from 'node:util';
import { PhoneAuthOptionError } from '../errors/phone-auth-option.error.js';

/** Looks at one option and throws a {@link PhoneAuthOptionError} where its value cannot be right. */
export type Rule = (value: unknown, option: string) => void;

/** Everybody who can read the terminal sees this: long values are cut, and of objects only the kind is told. */
function show(value: unknown): string {
  const text = inspect(value, { depth: Array.isArray(value) ? 0 : -1, breakLength: Infinity });
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** For values that may hold a secret. */
export const kindOf = (value: unknown): string => `of type ${Array.isArray(value) ? 'list' : typeof value}`;

/** A rule whose message shows the value: not for secrets. */
export const rule =
  (isRight: (value: unknown) => boolean, allowed: string): Rule =>
  (value, option) => {
    if (!isRight(value)) throw new PhoneAuthOptionError(option, show(value), allowed);
  };

const isWholeNumber = (value: unknown, min: number, max: number): boolean =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max;

export const wholeNumber = (min: number, max: number, unit = ''): Rule =>
  rule(
    (value) => isWholeNumber(value, min, max),
    `use a whole number${unit && ` of ${unit}`} from ${min} to ${max}`,
  );

export const wholeNumberOrFalse = (min: number, max: number, unit: string): Rule =>
  rule(
    (value) => value === false || isWholeNumber(value, min, max),
    `use a whole number of ${unit} from ${min} to ${max}, or false`,
  );

export const bool: Rule = rule((value) => typeof value === 'boolean', 'use true or false');

export const callback: Rule = rule((value) => typeof value === 'function', 'use a function');

export const callbackOrFalse: Rule = rule(
  (value) => typeof value === 'function' || value === false,
  'use a function, or false to answer 501 SEND_OTP_NOT_IMPLEMENTED',
);

export const oneOf = (...values: readonly string[]): Rule =>
  rule((value) => values.includes(value as string), `use one of ${values.map((v) => `'${v}'`).join(', ')}`);

export const listOf = (...values: readonly string[]): Rule =>
  rule(
    (value) =>
      Array.isArray(value) && value.length > 0 && value.every((entry) => values.includes(entry as string)),
    `use a list of ${values.map((v) => `'${v}'`).join(', ')}`,
  );

export const cookieName: Rule = rule(
  (value) => typeof value === 'string' && /^[\w.-]{1,64}$/.test(value),
  'use letters, digits, dot, dash and underscore',
);

/** What a browser compares with the path of a request. */
export const cookiePath: Rule = rule(
  (value) => typeof value === 'string' && /^\/[\w.~%!$&'()*+,=:@/-]*$/.test(value),
  "use a path such as '/auth/refresh'",
);

export const domain: Rule = rule(
  (value) => typeof value === 'string' && /^\.?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value),
  "use a domain such as 'example.com'",
);

export const template: Rule = rule(
  (value) => typeof value === 'function' || (typeof value === 'string' && value.includes('{code}')),
  'use a text that contains {code}, or a function',
);

/** A domain alone: no scheme, no port, no path. */
export const hostName: Rule = rule(
  (value) => typeof value === 'string' && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(value),
  "use a domain such as 'app.example.com'",
);

/** What Android computes from an app's name and signature. */
export const androidHash: Rule = rule(
  (value) => typeof value === 'string' && /^[A-Za-z0-9+/]{11}$/.test(value),
  "use the 11 characters of the app's hash",
);

export const appName: Rule = rule(
  (value) => typeof value === 'string' && /^[^\p{C}{}]{1,40}$/u.test(value) && value.trim() === value,
  'use a name of up to 40 characters',
);

export const languageTag: Rule = rule(
  (value) => typeof value === 'string' && isLanguageTag(value),
  "use a language tag such as 'de' or 'pt-BR'",
);

function isLanguageTag(tag: string): boolean {
  return /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(tag);
}

/** A value for each language. */
export const byLanguage =
  (check: Rule): Rule =>
  (value, option) => {
    everyValue(check, [])(value, option);
    for (const tag of Object.keys(value as object)) {
      if (!isLanguageTag(tag)) {
        throw new PhoneAuthOptionError(
          `${option}.${tag}`,
          'unknown',
          "use language tags such as 'de' or 'pt-BR'",
        );
      }
    }
  };

/** Any of several rules is enough; the first one's words are shown. */
export const either =
  (first: Rule, second: Rule): Rule =>
  (value, option) => {
    try {
      second(value, option);
    } catch {
      first(value, option);
    }
  };

export const text: Rule = rule((value) => typeof value === 'string' && value.length > 0, 'use a text');

export const callbackOrText: Rule = rule(
  (value) => typeof value === 'function' || (typeof value === 'string' && value.length > 0),
  'use a text or a function',
);

/** Whether a value is an address of http or https. */
export const isWebAddress = (value: unknown): value is string => {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  return url.protocol === 'https:' || url.protocol === 'http:';
};

export const origin: Rule = rule(isWebAddress, "use an address such as 'https://app.example.com'");

export const origins: Rule = rule(
  (value) => Array.isArray(value) && value.every(isWebAddress),
  "use a list of addresses such as ['https://app.example.com']",
);

/** Never prints the value (I4). */
export const secret: Rule = (value, option) => {
  const found = typeof value === 'string' ? `${value.length} characters long` : `of type ${typeof value}`;
  if (typeof value !== 'string' || value.length < 32) {
    throw new PhoneAuthOptionError(
      option,
      found,
      'use at least 32 random characters, such as `openssl rand -base64 32` prints',
    );
  }
};

/** A credential of a provider, whatever it looks like there. Never printed (I4). */
export const credential: Rule = (value, option) => {
  if (typeof value === 'string' && /^\S+$/.test(value)) return;
  const found = typeof value === 'string' ? `${value.length} characters long` : `of type ${typeof value}`;
  throw new PhoneAuthOptionError(option, found, 'use what the provider gave you, without blanks');
};

/** A number, a short code, or a name of up to eleven characters with a letter in it. */
export const smsOrigin: Rule = rule(
  (value) =>
    typeof value === 'string' && /^(\+?[1-9]\d{6,14}|\d{3,8}|(?=.*[a-z])[a-z0-9 +\-_&]{1,11})$/i.test(value),
  "use a number such as '+12025550123', a short code, or a sender name of up to 11 characters",
);

/** Throws where an option that cannot be done without is missing. */
export function requireOptions(options: object, owner: string, names: readonly string[]): void {
  for (const name of names) {
    if (Reflect.get(options, name) === undefined) {
      throw new PhoneAuthOptionError(`${owner}.${name}`, 'missing', 'set it');
    }
  }
}

/** A list of secrets, none of them printed. */
export const secrets: Rule = (value, option) => {
  if (!Array.isArray(value)) {
    throw new PhoneAuthOptionError(option, `of type ${typeof value}`, 'use a list of secrets');
  }
  value.forEach((entry, i) => secret(entry, `${option}[${i}]`));
};

/** API keys, none of them printed, of which there is one at least. A header takes no blanks. */
export const operatorKeys: Rule = (value, option) => {
  secrets(value, option);
  const keys = value as string[];
  if (keys.length === 0) throw new PhoneAuthOptionError(option, 'empty', 'list one key, or leave admin out');
  keys.forEach((key, i) => {
    if (/^[\x21-\x7e]+$/.test(key)) return;
    throw new PhoneAuthOptionError(`${option}[${i}]`, 'not as a header takes it', 'use ASCII without blanks');
  });
};

export const pathSegment: Rule = rule(
  (value) => typeof value === 'string' && /^[\w.~-]{1,64}$/.test(value),
  'use letters, digits, dots, dashes and underscores',
);

/** A group of options: every key known, every value right. */
export const group =
  (rules: Readonly<Record<string, Rule>>, describe: (value: unknown) => string = show): Rule =>
  (value, option) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new PhoneAuthOptionError(
        option,
        describe(value),
        `use an object with ${Object.keys(rules).join(', ')}`,
      );
    }
    for (const [key, entry] of Object.entries(value)) {
      const path = option === 'options' ? key : `${option}.${key}`;
      const check = rules[key];
      if (!check)
        throw new PhoneAuthOptionError(path, 'unknown', `known here: ${Object.keys(rules).join(', ')}`);
      if (entry !== undefined) check(entry, path);
    }
  };

export const groupOrFalse =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value, option) => {
    if (value !== false) group(rules)(value, option);
  };

/** An object whose keys the host chooses, but for some. */
export const everyValue =
  (check: Rule, reserved: readonly string[]): Rule =>
  (value, option) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new PhoneAuthOptionError(option, show(value), 'use an object');
    }
    for (const [key, entry] of Object.entries(value)) {
      if (reserved.includes(key))
        throw new PhoneAuthOptionError(`${option}.${key}`, 'reserved', 'use another name');
      check(entry, `${option}.${key}`);
    }
  };

export const fraction = (min: number, max: number): Rule =>
  rule(
    (value) => typeof value === 'number' && value >= min && value <= max,
    `use a number from ${min} to ${max}`,
  );

const isSeconds = (min: number, max: number) => (value: unknown) => isWholeNumber(value, min, max);

const secondsList = (max: number, hint: string): Rule =>
  rule(
    (value) =>
      Array.isArray(value) && value.length >= 1 && value.length <= 20 && value.every(isSeconds(0, max)),
    `use a list of 1 to 20 whole numbers of seconds from 0 to ${max}${hint}`,
  );

export const waits: Rule = secondsList(3_600, '');

export const delays: Rule = (value, option) => {
  if (value !== false) secondsList(3_600, ', or false for no delays')(value, option);
};

export const moment: Rule = rule(
  (value) =>
    !Number.isNaN(new Date(value as string).getTime()) &&
    (typeof value === 'string' || value instanceof Date),
  "use a Date, or a day such as '2027-01-31'",
);

/** Prints numbers, never codes (I4). */
export const testCodes: Rule = (value, option) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PhoneAuthOptionError(option, kindOf(value), 'use an object with a code for each number');
  }
  const entries = Object.entries(value);
  if (entries.length > 10) {
    throw new PhoneAuthOptionError(option, `${entries.length} numbers`, 'use ten at most');
  }
  for (const [number, code] of entries) {
    if (!/^\+[1-9]\d{6,14}$/.test(number)) {
      throw new PhoneAuthOptionError(option, 'with a key that is no number', "use E.164: '+12025550100'");
    }
    if (typeof code !== 'string' || !/^\d{4,10}$/.test(code)) {
      throw new PhoneAuthOptionError(`${option}.${number}`, 'no code', 'use a text of digits');
    }
  }
};
