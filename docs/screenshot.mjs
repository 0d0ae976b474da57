// Draws docs/sign-in.png. Start the demo, then: node docs/screenshot.mjs [address] [file] [light|dark] [width]
import { chromium } from 'playwright-core';

const [address = 'http://localhost:3000', path = 'docs/sign-in.png', colorScheme = 'light', width = '1280'] =
  process.argv.slice(2);

const browser = await chromium.launch({
  executablePath: process.env['PHONE_AUTH_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
const page = await browser.newPage({
  viewport: { width: Number(width), height: 800 },
  colorScheme,
  locale: 'en-GB',
  reducedMotion: 'reduce',
});
// the clock of every drawn phone
await page.clock.install({ time: '2026-06-08T09:41:00' });
await page.goto(address);
await page.getByLabel('Country').selectOption('GB');
await page.getByRole('textbox', { name: 'Phone number' }).fill('07400 123456');
if (process.env['STEP'] !== 'number') {
  await page.getByRole('button', { name: 'Text me a code' }).click();
  await page.getByRole('log').getByRole('listitem').first().waitFor();
  await page.clock.runFor(3_000);
  const text = await page.getByRole('log').getByRole('listitem').first().textContent();
  const code = /\d{6}/.exec(text)[0];
  if (process.env['STEP'] === 'wrong') {
    await page.getByLabel('6-digit code').fill('000000');
    await page.getByRole('alert').filter({ hasText: 'left' }).waitFor();
  } else if (process.env['STEP'] === 'account') {
    await page.getByLabel('6-digit code').fill(code);
    await page.getByText('200 OK').waitFor();
  } else {
    await page.keyboard.type(code.slice(0, 3));
  }
}
await page.screenshot({ path, fullPage: Number(width) < 1000 });
await browser.close();
