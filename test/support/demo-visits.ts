import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from './browser.js';
import { type Demo, startDemo } from './demo.js';
import { SignInPage, type Visit } from './sign-in-page.js';
import { Tabs } from './tabs.js';

interface DemoVisits {
  demo(this: void): Demo;
  visit(this: void, options?: Visit): Promise<SignInPage>;
  /** A number that no other test of the file has. */
  freshNumber(this: void): string;
}

/**
 * One demo and one browser for a file. Every visit has an address of its own and finds nothing of an earlier one; it ends
 * with its test.
 */
export function useDemo(): DemoVisits {
  let browser: Browser;
  let demo: Demo;
  let tabs: Tabs;
  let visitors = 0;
  let numbers = 0;

  beforeAll(async () => {
    [browser, demo] = await Promise.all([launchBrowser(), startDemo()]);
    tabs = new Tabs(browser, `${demo.url}/icon.svg`);
  });
  afterEach(({ task }) => tabs.leave({ clean: task.result?.state !== 'fail' }));
  afterAll(async () => {
    await browser.close();
    await demo.close();
  });

  return {
    demo: () => demo,
    async visit({ as, ...profile } = {}) {
      visitors += 1;
      const page = await tabs.open(`192.0.2.${visitors}`, profile);
      return SignInPage.visit(demo, page, as);
    },
    freshNumber() {
      numbers += 1;
      return `+120255501${String(numbers).padStart(2, '0')}`;
    },
  };
}

/** A US number as the page shows it. */
export const asShown = (phoneNumber: string): string =>
  phoneNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');
