import { type KeyObject, verify } from 'node:crypto';

/**
 * What SNS posts to a subscriber, as
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html has it. All of it is text.
 */
export type SnsEnvelope = Readonly<Record<Field, string>> & Readonly<Partial<Record<OptionalField, string>>>;

type Field =
  | 'Type'
  | 'MessageId'
  | 'TopicArn'
  | 'Message'
  | 'Timestamp'
  | 'SignatureVersion'
  | 'Signature'
  | 'SigningCertURL';
type OptionalField = 'Subject' | 'Token' | 'SubscribeURL';

const FIELDS: readonly Field[] = [
  'Type',
  'MessageId',
  'TopicArn',
  'Message',
  'Timestamp',
  'SignatureVersion',
  'Signature',
  'SigningCertURL',
];
const OPTIONAL: readonly OptionalField[] = ['Subject', 'Token', 'SubscribeURL'];

/** Signed of each type, in this order. */
const SIGNED = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
} as const satisfies Record<string, readonly (keyof SnsEnvelope)[]>;

const ALGORITHMS: Readonly<Record<string, string>> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

/** @param body as it came: SNS says that its JSON is `text/plain`. `undefined` for what is no message of SNS */
export function readEnvelope(body: unknown): SnsEnvelope | undefined {
  const fields = typeof body === 'string' ? parsed(body) : body;
  if (typeof fields !== 'object' || fields === null) return undefined;
  const texts = new Map(Object.entries(fields).filter(([, value]) => typeof value === 'string'));
  if (FIELDS.some((name) => !texts.has(name))) return undefined;
  const known: readonly string[] = [...FIELDS, ...OPTIONAL];
  return Object.fromEntries([...texts].filter(([name]) => known.includes(name))) as SnsEnvelope;
}

/** Whether the owner of a key has signed it (versions 1 and 2). */
export function isSignedWith(key: KeyObject, envelope: SnsEnvelope): boolean {
  const algorithm = Object.hasOwn(ALGORITHMS, envelope.SignatureVersion)
    ? ALGORITHMS[envelope.SignatureVersion]
    : undefined;
  const text = signedText(envelope);
  if (algorithm === undefined || text === undefined) return false;
  return verify(algorithm, Buffer.from(text), key, Buffer.from(envelope.Signature, 'base64'));
}

/** Name and value of each signed field that is there, a line each. */
export function signedText(envelope: SnsEnvelope): string | undefined {
  const { Type: type } = envelope;
  if (!isKnownType(type)) return undefined;
  return SIGNED[type]
    .flatMap((name) => {
      const value = envelope[name];
      return value === undefined ? [] : [`${name}\n${value}\n`];
    })
    .join('');
}

const isKnownType = (type: string): type is keyof typeof SIGNED => Object.hasOwn(SIGNED, type);

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
