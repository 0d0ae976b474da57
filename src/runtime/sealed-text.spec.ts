import { describe, expect, it } from 'vitest';
import { SealedText } from './sealed-text.js';

const secret = 'the secret of today, of 32 characters';
const before = 'the secret of yesterday, as long as it';
const box = (present = secret, ...previousSecrets: string[]) =>
  new SealedText({ secret: present, previousSecrets }, 'sealed-code');

describe('SealedText', () => {
  it('I4 gives back what was sealed, and shows nothing of it', () => {
    const sealed = box().seal('048213', ['sign-in', '+12025550123']);
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('048213');
    expect(box().open(sealed, ['sign-in', '+12025550123'])).toBe('048213');
  });

  it('seals the same text differently every time', () => {
    expect(box().seal('048213', [])).not.toBe(box().seal('048213', []));
  });

  it('I4 opens nothing that is bound to something else, nor across the parts of a binding', () => {
    const sealed = box().seal('048213', ['a', 'bc']);
    expect(box().open(sealed, ['ab', 'c'])).toBeUndefined();
    expect(box().open(sealed, ['a'])).toBeUndefined();
  });

  it('I4 opens nothing that was changed, cut off or made up', () => {
    const sealed = box().seal('048213', []);
    const bytes = Buffer.from(sealed, 'base64url');
    for (let i = 0; i < bytes.length; i += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((bytes[i] ?? 0) ^ 1, i);
      expect(box().open(changed.toString('base64url'), [])).toBeUndefined();
    }
    for (const wrong of ['', 'x', sealed.slice(0, 20), sealed.slice(0, -2), 'A'.repeat(60)])
      expect(box().open(wrong, [])).toBeUndefined();
  });

  it('opens what a previous secret has sealed, and not what a forgotten one or another purpose has', () => {
    const sealed = box(before).seal('048213', []);
    expect(box(secret, before).open(sealed, [])).toBe('048213');
    expect(box(secret).open(sealed, [])).toBeUndefined();
    const other = new SealedText({ secret: before, previousSecrets: [] }, 'sealed-address');
    expect(other.open(sealed, [])).toBeUndefined();
  });
});
