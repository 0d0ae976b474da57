// Draws the pictures of the README. Start the demo on an empty database, then:
// (for operations with DEMO_OPERATOR_KEY set, here too, and after node docs/invented-day.mjs)
//   node docs/screenshot.mjs [address] [sign-in|account|number|wrong|password|reset|second-factor|beside|operations] [light|dark] [width] [file]
import { chromium } from 'playwright-core';

const [
  address = 'http://localhost:3000',
  step = 'sign-in',
  colorScheme = 'light',
  width = '1280',
  path = `docs/${step}.png`,
] = process.argv.slice(2);

const PASSWORD = 'three words in a row';
const OTHER_DEVICES = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
];

const browser = await chromium.launch({
  executablePath: process.env['PHONE_AUTH_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
const page = await open();
const DRAWN_BY_HAND = {
  account: drawAccount,
  'second-factor': drawSecondFactor,
  beside: drawBeside,
  operations: drawOperations,
};
await (DRAWN_BY_HAND[step] ?? drawSignIn)();
await page.screenshot({ path, fullPage: Number(width) < 1000 || step === 'operations' });
await browser.close();

/** The last picture of a database: from then on, a code alone does not sign in. */
async function drawSecondFactor() {
  await signInWithoutPassword();
  await page.getByRole('switch').click();
  await page.locator('#two-factor-password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.locator('#two-factor[aria-checked="true"]').waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.clock.install({ time: '2026-06-08T09:41:00' });
  await page.reload();
  await page.getByRole('button', { name: 'Use a password instead' }).click();
  await typeNumber(page);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#send').click();
  await page.getByText('Code to finish signing in').first().waitFor();
  const code = await codeOnPhone(page);
  await page.clock.runFor(3_000);
  await page.keyboard.type(code.slice(0, 3));
}

/** Leaves the account with one. */
async function signInWithoutPassword() {
  await signIn(page);
  if (await page.getByRole('button', { name: 'Set a password' }).isVisible()) await setPassword();
}

async function drawAccount() {
  await signInWithoutPassword();
  const session = page.locator('.session');
  if ((await session.count()) < 3) {
    for (const userAgent of OTHER_DEVICES) await signInWithPassword(await open({ userAgent }));
  }
  await page.reload();
  await session.nth(2).waitFor();
  await page.getByText('200 OK').waitFor();
}

async function drawBeside() {
  await page.goto(`${address}/beside.html`);
  await page.clock.install({ time: '2026-06-08T09:41:00' });
  await page.reload();
  await typeNumber(page);
  await page.getByRole('button', { name: 'Text me a code' }).click();
  const code = await codeOnPhone(page);
  await page.clock.runFor(3_000);
  await page.keyboard.type(code.slice(0, 3));
}

async function drawOperations() {
  const send = (phoneNumber) =>
    page.request.post(`${address}/api/auth/phone-number/send-otp`, { data: { phoneNumber } });
  for (const number of [
    '+447400123456',
    '+12025550123',
    '+4915123456789',
    '+447400123456',
    '+442079460000',
  ]) {
    await send(number);
  }
  await page.goto(`${address}/operations.html`);
  await page.getByLabel("Operator's key").fill(process.env['DEMO_OPERATOR_KEY']);
  await page.getByRole('button', { name: 'Open' }).click();
  await page.locator('#countries tr').first().waitFor();
  await page.mouse.move(0, 0);
}

async function drawSignIn() {
  // the clock of every drawn phone
  await page.clock.install({ time: '2026-06-08T09:41:00' });
  await page.reload();
  if (step === 'password' || step === 'reset') {
    await page.getByRole('button', { name: 'Use a password instead' }).click();
    await page.getByRole('textbox', { name: 'Phone number' }).waitFor();
  }
  if (step === 'reset') await page.getByRole('button', { name: 'Forgot your password?' }).click();
  await typeNumber(page);
  if (step === 'number' || step === 'password') return;
  await page.getByRole('button', { name: 'Text me a code' }).click();
  if (step === 'reset') return page.locator('#code').waitFor();
  const code = await codeOnPhone(page);
  await page.clock.runFor(3_000);
  if (step === 'wrong') {
    await page.locator('#code').fill('000000');
    await page.getByRole('alert').filter({ hasText: 'left' }).waitFor();
  } else await page.keyboard.type(code.slice(0, 3));
}

async function open(options) {
  const opened = await browser.newPage({
    viewport: { width: Number(width), height: 800 },
    colorScheme,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  await opened.goto(address);
  return opened;
}

async function typeNumber(on) {
  await on.getByLabel('Country').selectOption('GB');
  await on.getByRole('textbox', { name: 'Phone number' }).fill('07400 123456');
}

async function codeOnPhone(on) {
  const text = await on.getByRole('log').getByRole('listitem').first().textContent();
  return /\d{6}/.exec(text)[0];
}

async function signIn(on) {
  await typeNumber(on);
  await on.getByRole('button', { name: 'Text me a code' }).click();
  await on.locator('#code').fill(await codeOnPhone(on));
  await on.getByText('200 OK').waitFor();
}

async function setPassword() {
  await page.getByRole('button', { name: 'Set a password' }).click();
  await page.getByText('Password reset code').first().waitFor();
  await page.locator('#code').fill(await codeOnPhone(page));
  await page.locator('#new-password').fill(PASSWORD);
  await page.locator('#verify').click();
  await page.getByText('Your password is set.', { exact: false }).first().waitFor();
}

async function signInWithPassword(on) {
  await on.getByRole('button', { name: 'Use a password instead' }).click();
  await typeNumber(on);
  await on.locator('#password').fill(PASSWORD);
  await on.locator('#send').click();
  await on.getByText('200 OK').waitFor();
}
