import { beforeEach, describe, expect, it } from 'vitest';
import { operatorKey } from '../../demo/operations/operator-key.js';
import { hasBrowser } from '../support/browser.js';
import type { DemoPage } from '../support/demo-page.js';
import { useDemo } from '../support/demo-visits.js';

describe.skipIf(!hasBrowser)('the operations page', () => {
  const { demo, visit, visitPage, freshNumber } = useDemo();
  let operations: DemoPage;
  beforeEach(async () => {
    operations = await visitPage('/operations.html');
  });

  const key = () => operations.page.getByLabel("Operator's key");
  const board = () => operations.page.locator('#board');
  const open = async () => {
    await key().fill(operatorKey);
    await operations.button('Open').click();
    await board().waitFor();
    await operations.page.locator('#total-sent').getByText(/\d/).waitFor();
  };
  const row = (name: string) => operations.page.getByRole('row').filter({ hasText: name });
  const figure = (id: string) => operations.page.locator(`#${id}`).textContent();
  const patch = (data: object) =>
    operations.page.request.patch(`${demo().url}/api/auth/plugins/phone-number`, {
      data,
      headers: { authorization: `Bearer ${operatorKey}` },
    });

  it('S5.13 opens for whoever has the key, keeps it for the tab alone, and never in an address', async () => {
    await key().fill('not the key');
    await operations.button('Open').click();
    await operations.complains('This is not the key.');
    expect(await board().isVisible()).toBe(false);

    const asked: string[] = [];
    operations.page.on('request', (request) => asked.push(request.url()));
    await open();
    expect(operations.page.url()).toBe(`${demo().url}/operations.html`);
    expect(asked.some((url) => url.includes(operatorKey))).toBe(false);
    expect(await operations.page.evaluate('JSON.stringify({ ...localStorage }) + document.cookie')).toBe(
      '{}',
    );
    expect(await key().inputValue()).toBe('');
    await operations.page.reload();
    await board().waitFor();

    await operations.button('Lock').click();
    await key().waitFor();
    expect(await operations.page.evaluate('sessionStorage.length')).toBe(0);
    await operations.page.reload();
    expect(await board().isVisible()).toBe(false);
  });

  it('S5.15 switches phone sign-in off, once that was meant, and on again', async () => {
    await open();
    const form = await visit();
    const enabled = operations.page.getByRole('switch', { name: 'Phone sign-in' });
    await enabled.click();
    await operations.button('Keep it on').click();
    expect(await enabled.getAttribute('aria-checked')).toBe('true');

    await enabled.click();
    await operations.button('Switch off').click();
    await operations.page.locator('[role="switch"][aria-checked="false"]').waitFor();
    await form.number.fill(freshNumber());
    await form.send.click();
    await form.complains('Signing in by phone is switched off just now.');

    await enabled.click();
    await operations.page.locator('[role="switch"][aria-checked="true"]').waitFor();
    await form.send.click();
    await form.reaches('verify');
    expect(form.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });

  it('S5.12, S5.14 sets how long a code is good, and says what cannot be', async () => {
    await open();
    const lifetime = operations.page.getByLabel('A code is good for');
    expect(await lifetime.inputValue()).toBe('300');
    await lifetime.fill('59');
    await operations.page.locator('#save-lifetime').click();
    await operations.complains('otp_expires_in must not be less than 60');
    await lifetime.fill('120');
    await operations.page.locator('#save-lifetime').click();
    await operations.page.locator('#status').getByText('Saved.').waitFor({ state: 'attached' });

    const number = freshNumber();
    const form = await visit();
    await form.askForCode(number);
    await expect.poll(() => demo().textsTo(number)[0]).toContain('It is good for 2 minutes.');
    await form.page.getByText(/The code is good for (2:00|1:5\d)/).waitFor();
    await patch({ otp_expires_in: 300 });
  });

  it('S5.34 says where events go, and what the server says against it', async () => {
    await open();
    await operations.page.getByLabel('Send events').check();
    await operations.page.locator('#save-webhook').click();
    await operations.complains('Events cannot go there');
    await operations.page.getByLabel('Address').fill(`${demo().url}/icon.svg`);
    await operations.page.getByLabel('send.otp').uncheck();
    await operations.page.getByLabel('Time to answer').fill('11');
    await operations.page.locator('#save-webhook').click();
    await operations.complains('timeout_seconds must not be greater than 10');
    await operations.page.getByLabel('Time to answer').fill('2');
    await operations.page.locator('#save-webhook').click();
    await operations.page.locator('#status').getByText('Saved.').waitFor({ state: 'attached' });

    await operations.page.reload();
    await board().waitFor();
    expect(await operations.page.getByLabel('Address').inputValue()).toBe(`${demo().url}/icon.svg`);
    expect(await operations.page.getByLabel('send.otp').isChecked()).toBe(false);
    expect(await operations.page.getByLabel('Time to answer').inputValue()).toBe('2');
    await operations.page.getByLabel('Send events').uncheck();
    await operations.page.locator('#save-webhook').click();
  });

  it('R32 shows what became of messages, by country and by the hour', async () => {
    await open();
    const [sent, verified] = await Promise.all([figure('total-sent'), figure('total-verified')]);
    await demo().register(freshNumber());
    await operations.page.clock.fastForward(15_000);
    await expect.poll(() => figure('total-sent')).toBe(String(Number(sent) + 1));
    expect(await figure('total-verified')).toBe(String(Number(verified) + 1));
    expect(await row('United States').first().textContent()).toMatch(/\d+ %/);
    expect(await operations.page.locator('#chart canvas').count()).toBe(1);
    const hours = operations.page.locator('#chart-table tbody tr');
    expect(await hours.count()).toBe(24);
    expect(Number(await hours.last().locator('td').nth(1).textContent())).toBeGreaterThan(0);
    expect(operations.complaints).toEqual([]);
  });

  it('R62 shows which messages were held back, and why, without whose number it was', async () => {
    const number = freshNumber();
    const send = (phoneNumber: string) =>
      operations.page.request.post(`${demo().url}/api/auth/phone-number/send-otp`, { data: { phoneNumber } });
    await send(number);
    await send(number);
    await send('+442079460000');
    await open();
    await row('asked again too early')
      .getByText(`+1********${number.slice(-2)}`)
      .first()
      .waitFor();
    await row('no messages go to this country or kind of number')
      .getByText('United Kingdom')
      .first()
      .waitFor();
    expect(await operations.page.content()).not.toContain(number);
  });

  it('S5.13 locks itself when the key is no longer good', async () => {
    await open();
    await operations.page.route('**/demo/operations', (route) =>
      route.fulfill({ status: 401, json: { code: 'UNAUTHORIZED' } }),
    );
    await operations.page.clock.fastForward(15_000);
    await operations.complains('The key is no longer good.');
    expect(await board().isVisible()).toBe(false);
  });
});
