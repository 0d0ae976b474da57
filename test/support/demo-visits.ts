import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { launchBrowser } from './browser.js';
import { type Demo, startDemo } from './demo.js';
import { DemoPage } from './demo-page.js';
import { SignInPage, type Visit } from './sign-in-page.js';
import { Tabs } from './tabs.js';

interface DemoVisits {
  demo(this: void): Demo;
  visit(this: void, options?: Visit): Promise<SignInPage>;
  /** Another page of the demo, as somebody who is signed in already where a number is given. */
  visitPage(this: void, path: string, options?: Visit): Promise<DemoPage>;
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

  const open = (profile: Omit<Visit, 'as'>) => tabs.open(`192.0.2.${(visitors += 1)}`, profile);

  return {
    demo: () => demo,
    visit: async ({ as, ...profile } = {}) => SignInPage.visit(demo, await open(profile), as),
    visitPage: async (path, { as, ...profile } = {}) => DemoPage.visit(demo, await open(profile), path, as),
    freshNumber() {
      numbers += 1;
      return `+120255501${String(numbers).padStart(2, '0')}`;
    },
  };
}

/** A US number as the page shows it. */
export const asShown = (phoneNumber: string): string =>
  phoneNumber.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '+1 $1 $2 $3');
