import { TestClock } from 'nestjs-phone-auth/testing';
import { describe, expect, it } from 'vitest';
import type { PhoneAuthOptions } from '../options/options.js';
import { resolveConfig } from '../options/resolve-config.js';
import type { E164 } from '../phone/e164.js';
import { KnownDevices } from './known-devices.js';

const secret = 'the secret of this application, long enough';
const phoneNumber = '+12025550123' as E164;
const another = '+12025550124' as E164;

function devicesWith(options: PhoneAuthOptions = {}) {
  const clock = new TestClock();
  const devices = new KnownDevices(clock, resolveConfig({ secret, ...options }));
  const token = (userId = 'ada') => {
    const issued = devices.issue(phoneNumber, userId);
    if (!issued) throw new Error('no token was issued');
    return issued.token;
  };
  return { devices, clock, token };
}

describe('a device that has proven a number', () => {
  it('R15 is known for this number, and for no other', () => {
    const { devices, token } = devicesWith();
    expect(devices.read(token(), phoneNumber)).toMatch(/^[0-9a-f]{32}$/);
    expect(devices.read(token(), another)).toBeUndefined();
  });

  it('R15 counts as one with the other devices of its owner, and apart from those of another owner', () => {
    const { devices, clock, token } = devicesWith();
    const first = token();
    clock.advance({ days: 1 });
    expect(devices.read(token(), phoneNumber)).toBe(devices.read(first, phoneNumber));
    expect(devices.read(token('grace'), phoneNumber)).not.toBe(devices.read(first, phoneNumber));
  });

  it('R15, A14 is known for 180 days, to the millisecond', () => {
    const { devices, clock, token } = devicesWith();
    expect(devices.issue(phoneNumber, 'ada')?.maxAge).toBe(180 * 86_400);
    const known = token();
    clock.advance({ days: 180, milliseconds: -1 });
    expect(devices.read(known, phoneNumber)).toBeDefined();
    clock.advance({ milliseconds: 1 });
    expect(devices.read(known, phoneNumber)).toBeUndefined();
  });

  it('R15 gets nothing where the host wants no such cookie', () => {
    expect(devicesWith({ limits: { knownDevice: 0 } }).devices.issue(phoneNumber, 'ada')).toBeUndefined();
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
