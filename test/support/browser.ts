import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
  process.env['PHONE_AUTH_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].filter((path) => path !== undefined);

const executablePath = CANDIDATES.find((path) => existsSync(path));

if (!executablePath) {
  const message = `No browser is here (tried ${CANDIDATES.join(', ')}): its tests are left out. Set PHONE_AUTH_CHROMIUM to run them.`;
  if (process.env['PHONE_AUTH_REQUIRE_BROWSER']) throw new Error(message);
  console.warn(message);
}

export const hasBrowser = executablePath !== undefined;

export function launchBrowser(): Promise<Browser> {
  if (!executablePath) throw new Error('no browser');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
