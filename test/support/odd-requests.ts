import * as fc from 'fast-check';

/** What is sent to a route: bytes as they are, with the headers that go with them. */
export interface OddRequest {
  readonly body: string | undefined;
  readonly headers: Record<string, string>;
}

const JSON_TYPE = 'application/json';

/** Strings that have upset somebody's server before. */
const oddStrings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '\u0000',
    '12\u00003456',
    '\ud800',
    'a\udc00b',
    '１２３４５６',
    '١٢٣٤٥٦',
    '+１２０２５５５０１２３',
    '+١٢٠٢٥٥٥٠١٢٣',
    '\u202e+12025550123',
    '\ufe0f'.repeat(600),
    '😀'.repeat(200),
    'x'.repeat(10_000),
    '9'.repeat(10_000),
    '+'.repeat(33),
    "' OR '1'='1",
    "'; DROP TABLE phone_auth_code; --",
    '%00',
    '%',
    '$ne',
    '{{7*7}}',
    '../../etc/passwd',
    '__proto__',
    'null',
    'NaN',
    '1e309',
    '-0',
  ),
  fc.constantFrom('+12025550123', '+12025550124', '+1 (202) 555-0123', '123456', '000000', '12 34-56'),
);

const oddValues = fc.oneof(
  { weight: 4, arbitrary: oddStrings },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, 0, -1, 123456, 1e308, [], {}, [null], [[]]) },
  { weight: 1, arbitrary: fc.array(oddStrings, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { $ne: null },
      { $gt: '' },
      { length: 6 },
      { toString: null },
      { constructor: { name: 'String' } },
      { hasOwnProperty: 1 },
      { toJSON: 'x' },
      { valueOf: null, toString: null },
    ),
  },
);

const fieldNames = fc.constantFrom(
  'phoneNumber',
  'phone_number',
  'code',
  'otp',
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'rememberMe',
  'disableSession',
  'updatePhoneNumber',
  'name',
  'image',
  'email',
  'phoneNumberVerified',
);

const poison = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'then',
  'toJSON',
  'length',
  '',
);

/** `{"a":1,"a":2}`: written out, so that a name can occur twice and `__proto__` is a plain name. */
const written = (entries: readonly (readonly [string, unknown])[]): string =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;

const nearlyValid = fc
  .array(fc.tuple(fc.oneof({ weight: 5, arbitrary: fieldNames }, poison), oddValues), { maxLength: 6 })
  .map(written);

/** A number that is one, and a code that looks like one, with one thing odd beside them. */
const almostRight = fc
  .tuple(
    fc.integer({ min: 100, max: 199 }),
    fc.integer({ min: 0, max: 999_999 }),
    fieldNames,
    oddValues,
    fc.boolean(),
  )
  .map(([line, code, name, value, first]) => {
    const right: [string, unknown][] = [
      ['phoneNumber', `+12025550${line}`],
      ['code', String(code).padStart(6, '0')],
    ];
    return written(first ? [[name, value], ...right] : [...right, [name, value]]);
  });

const nested = fc
  .tuple(fc.constantFrom('[', '{"a":'), fc.constantFrom(10, 1_000, 15_000), fc.boolean())
  .map(([open, depth, closed]) => {
    const close = open === '[' ? ']' : '}';
    const inner = `${open.repeat(depth)}1${closed ? close.repeat(depth) : ''}`;
    return closed ? `{"phoneNumber":${inner},"name":${inner}}` : inner;
  });

const broken = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    '{',
    '}',
    '{"phoneNumber":',
    '{"phoneNumber":"+12025550123"',
    '{"phoneNumber":"+12025550123"}}',
    "{'phoneNumber':'+12025550123'}",
    'null',
    'true',
    '0',
    '""',
    '[]',
    '"+12025550123"',
    '[{"phoneNumber":"+12025550123"}]',
    '\ufeff{"phoneNumber":"+12025550123"}',
    '{"phoneNumber":"\\ud800"}',
    '{"phoneNumber":"\\u0000"}',
    '{"a":1e999}',
    'phoneNumber=%2B12025550123',
  ),
);

const withType = (body: fc.Arbitrary<string>, ...types: string[]): fc.Arbitrary<OddRequest> =>
  fc.tuple(body, fc.constantFrom(...types)).map(([text, type]) => ({
    body: text,
    headers: { 'content-type': type },
  }));

/** Any body that a client may think of. */
export const oddBodies: fc.Arbitrary<OddRequest> = fc.oneof(
  { weight: 40, arbitrary: withType(nearlyValid, JSON_TYPE) },
  { weight: 30, arbitrary: withType(almostRight, JSON_TYPE) },
  { weight: 10, arbitrary: withType(fc.json({ maxDepth: 3 }), JSON_TYPE) },
  { weight: 10, arbitrary: withType(broken, JSON_TYPE) },
  { weight: 1, arbitrary: withType(nested, JSON_TYPE) },
  {
    weight: 5,
    arbitrary: withType(
      fc.oneof(broken, nearlyValid),
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/xml',
      'application/json; charset=utf-7',
      'application/jsonp',
      'json',
    ),
  },
  { weight: 1, arbitrary: fc.constant({ body: undefined, headers: {} }) },
  { weight: 1, arbitrary: broken.map((body) => ({ body, headers: {} })) },
);

/** What may stand in a header: visible bytes, blanks and the upper half, none of which is a line break. */
const headerText = fc.oneof(
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) },
        fc.integer({ min: 0x80, max: 0xff }),
        fc.constant(0x09),
      ),
      { maxLength: 80 },
    )
    .map((bytes) => String.fromCharCode(...bytes)),
  fc.constantFrom(
    '',
    'null',
    'http://',
    'https://[::1',
    'file:///',
    'data:,x',
    '%',
    '%E0%A4%A',
    'a=b; a=c',
    '=;=;=',
    'x'.repeat(3_000),
  ),
);

const prefixed = (...prefixes: string[]) =>
  fc.tuple(fc.constantFrom(...prefixes), headerText).map(([prefix, text]) => prefix + text);

/** Headers that the module reads, holding what they should not. */
export const oddHeaders: fc.Arbitrary<Record<string, string>> = fc.record(
  {
    cookie: prefixed('', 'better-auth.session_token=', 'better-auth.session_token=a.', '__proto__='),
    authorization: prefixed('', 'Bearer ', 'bearer a.', 'Basic ', 'Bearer %'),
    origin: prefixed('', 'http://', 'https://example.com:'),
    referer: prefixed('', 'http://'),
    'user-agent': headerText,
    'x-forwarded-for': headerText,
    'accept-language': headerText,
  },
  { requiredKeys: [] },
);

/** Lone surrogates have no percent-encoding. */
const encoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());

export const oddQueries: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => `?${encoded(text)}`),
  fc.tuple(fieldNames, oddStrings).map(([name, text]) => `?${name}=${encoded(text.slice(0, 2_000))}`),
  fc.constantFrom(
    '',
    '?',
    '?%',
    '?%00',
    '?a[]=1&a[b]=2',
    '?__proto__[x]=1',
    '?disableRefresh',
    '?a=%E0%A4%A',
  ),
);
