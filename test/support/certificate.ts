import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key and a certificate for it that it has signed itself, of 2048 bits: made here, as Node makes none. */
export function selfSigned(name: string, days = 1): { key: KeyObject; pem: string } {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const subject = sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(name)))));
  const now = Date.now();
  const validity = sequence(
    ...[-86_400_000, days * 86_400_000].map((offset) => utcTime(new Date(now + offset))),
  );
  const content = sequence(
    tagged(0xa0, integer(2)), // version 3
    integer(1),
    SHA256_WITH_RSA,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = sign('RSA-SHA256', content, key);
  const der = sequence(content, SHA256_WITH_RSA, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  return { key, pem };
}

/** DER, as far as a certificate needs it. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = Buffer.from(length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.of(tag, 0x80 + bytes.length), bytes, content]);
}

const sequence = (...parts: readonly Buffer[]) => tagged(0x30, Buffer.concat(parts));
const integer = (value: number) => tagged(0x02, Buffer.of(value));
const utcTime = (moment: Date) =>
  tagged(
    0x17,
    Buffer.from(
      moment
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2),
    ),
  );

const COMMON_NAME = Buffer.from('0603550403', 'hex');
const SHA256_WITH_RSA = sequence(Buffer.from('06092a864886f70d01010b', 'hex'), Buffer.from('0500', 'hex'));
