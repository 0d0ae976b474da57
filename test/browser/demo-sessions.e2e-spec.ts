import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.js';
import { useDemo } from '../support/demo-visits.js';
import type { SignInPage } from '../support/sign-in-page.js';

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

describe.skipIf(!hasBrowser)('the sessions on the account page', () => {
  const { demo, visit, freshNumber } = useDemo();

  it('lists where somebody is signed in, this device first', async () => {
    const number = freshNumber();
    await demo().signInElsewhere(number, IPHONE);
    const form = await visit({ as: number, userAgent: FIREFOX });

    expect(await names(form)).toEqual(['Firefox on Windows This device', 'Safari on iPhone']);
    expect(await form.page.locator('.session-facts').first().innerText()).toMatch(
      /^192\.0\.2\.\d+ · since \w+ \d+, \d+:\d\d/,
    );
    expect(form.complaints).toEqual([]);
  });

  it('"Sign out there" ends the session of the other device, which notices', async () => {
    const number = freshNumber();
    const other = await visit({ as: number, userAgent: FIREFOX });
    const form = await visit({ as: number });

    await form.button('Sign out there: Firefox on Windows').click();
    await expect.poll(() => names(form)).toHaveLength(1);
    expect(await form.focused()).toBe('sessions-title');
    expect(await form.page.getByRole('status').textContent()).toBe('Firefox on Windows is signed out.');
    await other.page.clock.fastForward(10_000);

    await other.reaches('idle');
    await other.page.locator('#number-notice').getByText('You are no longer signed in.').waitFor();
    await form.page.reload();
    await form.settles();
  });

  it('"Sign out everywhere else" ends all the others', async () => {
    const number = freshNumber();
    await demo().signInElsewhere(number, IPHONE);
    const other = await visit({ as: number, userAgent: FIREFOX });
    const form = await visit({ as: number });
    expect(await names(form)).toHaveLength(3);

    await form.button('Sign out everywhere else').click();

    await expect.poll(() => names(form)).toHaveLength(1);
    await other.page.reload();
    await other.reaches('idle');
  });

  it('shows by itself that somebody has signed in elsewhere', async () => {
    const number = freshNumber();
    const form = await visit({ as: number });
    expect(await names(form)).toHaveLength(1);
    await demo().signInElsewhere(number, IPHONE);

    await form.page.clock.fastForward(10_000);

    await expect.poll(() => names(form)).toHaveLength(2);
  });

  it('offers to sign in again where the session is too old for the list', async () => {
    const number = freshNumber();
    const form = await visit();
    await form.page.route('**/list-sessions', (route) =>
      route.fulfill({ status: 403, json: { code: 'SESSION_NOT_FRESH' } }),
    );
    await form.askForCode(number);
    await form.code.fill(form.demo.codeFor(number));
    await form.page.getByText('You signed in more than a day ago.').waitFor();

    await form.button('Sign in again').click();

    await form.reaches('idle');
    expect((await form.number.inputValue()).replaceAll(/\D/g, '')).toBe(number.slice(2));
  });

  it('S5.46 shows why another device could not be signed out, and keeps it in the list', async () => {
    const number = freshNumber();
    await demo().signInElsewhere(number, FIREFOX);
    const form = await visit({ as: number });
    await form.page.route('**/revoke-session', (route) => route.abort());

    await form.button('Sign out there: Firefox on Windows').click();

    await form.complains('cannot reach the server');
    expect(await names(form)).toHaveLength(2);
  });

  it('names devices in words', async () => {
    const form = await visit();
    const table = {
      [FIREFOX]: 'Firefox on Windows',
      [IPHONE]: 'Safari on iPhone',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36':
        'Chrome on Linux',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0':
        'Edge on Mac',
      'Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36':
        'Samsung Internet on Android',
      'curl/8.5.0': 'curl',
      '': 'An unknown device',
    };

    const named = await form.page.evaluate(
      `import('/js/device-name.js').then(({ deviceName }) => ${JSON.stringify(Object.keys(table))}.map(deviceName))`,
    );

    expect(named).toEqual(Object.values(table));
  });
});

const names = (form: SignInPage) => form.page.locator('.session-name').allInnerTexts();
