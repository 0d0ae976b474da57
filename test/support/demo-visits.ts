import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from './browser.js';
import { type Demo, startDemo } from './demo.js';
import { SignInPage, type Visit } from './sign-in-page.js';

interface DemoVisits {
  demo(this: void): Demo;
  visit(this: void, options?: Visit): Promise<SignInPage>;
  /** A number that no other test of the file has. */
  freshNumber(this: void): string;
}

/** One demo and one browser for a file; every visit has a profile and an address of its own, and ends with its test. */
export function useDemo(): DemoVisits {
  let browser: Browser;
  let demo: Demo;
  let numbers = 0;
  const open: SignInPage[] = [];

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
  });
  afterEach(() => Promise.all(open.splice(0).map(({ page }) => page.close())));
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  return {
    demo: () => demo,
    async visit(options) {
      const page = await SignInPage.visit(demo, browser, options);
      open.push(page);
      return page;
    },
    freshNumber() {
      numbers += 1;
      return `+120255501${String(numbers).padStart(2, '0')}`;
    },
  };
}
