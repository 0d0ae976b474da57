import { TestClock } from 'nestjs-phone-auth/testing';
import { describe, expect, it } from 'vitest';
import type { PhoneAuthOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import { CryptoRandomSource } from '../runtime/random-source.js';
import { KnownDevices } from './known-devices.js';

const secret = 'the secret of this application, long enough';
const phoneNumber = '+12025550123' as E164;
const another = '+12025550124' as E164;

function devicesWith(options: PhoneAuthOptions = {}) {
  const clock = new TestClock();
  const devices = new KnownDevices(clock, new CryptoRandomSource(), resolveConfig({ secret, ...options }));
  const token = (id?: string) => {
    const issued = devices.issue(phoneNumber, id);
    if (!issued) throw new Error('no token was issued');
    return issued.token;
  };
  return { devices, clock, token };
}

describe('a device that has proven a number', () => {
  it('R15 is known for this number by an id of its own, and for no other number', () => {
    const { devices, token } = devicesWith();
    const [one, two] = [token(), token()];
    expect(devices.read(one, phoneNumber)).toMatch(/^[0-9a-f-]{36}$/);
    expect(devices.read(one, phoneNumber)).not.toBe(devices.read(two, phoneNumber));
    expect(devices.read(one, another)).toBeUndefined();
  });

  it('R15 keeps the id that it has', () => {
    const { devices, token } = devicesWith();
    const id = devices.read(token(), phoneNumber);
    expect(devices.read(token(id), phoneNumber)).toBe(id);
  });

  it('R15, A14 is known for 180 days, to the millisecond', () => {
    const { devices, clock, token } = devicesWith();
    expect(devices.issue(phoneNumber)?.maxAge).toBe(180 * 86_400);
    const known = token();
    clock.advance({ days: 180, milliseconds: -1 });
    expect(devices.read(known, phoneNumber)).toBeDefined();
    clock.advance({ milliseconds: 1 });
    expect(devices.read(known, phoneNumber)).toBeUndefined();
  });

  it('R15 gets nothing where the host wants no such cookie', () => {
    expect(devicesWith({ limits: { knownDevice: 0 } }).devices.issue(phoneNumber)).toBeUndefined();
  });

  it('R15 is no device that somebody made up', () => {
    const { devices, token } = devicesWith();
    const [id, until, mac] = token().split('.');
    const forged = [undefined, '', '.', '..', id, `${id}.${until}`, `${id}.${until}.`, `x.${until}.${mac}`];
    const stretched = [`${id}.${Number(until) + 1}.${mac}`, `${id}.${until}.${mac}A`, `${id}.${mac}`];
    for (const made of [...forged, ...stretched])
      expect(devices.read(made, phoneNumber), made).toBeUndefined();
  });

  it('R15 is known after the secret was replaced, and under no foreign one', () => {
    const { token } = devicesWith();
    const next = 'the secret of next year, and long enough';
    const rotated = devicesWith({ secret: next, previousSecrets: [secret] }).devices;
    expect(rotated.read(token(), phoneNumber)).toBeDefined();
    expect(devicesWith({ secret: next }).devices.read(token(), phoneNumber)).toBeUndefined();
  });
});
