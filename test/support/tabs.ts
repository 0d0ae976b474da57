import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/**
 * The tabs of a browser, each a profile of its own. A tab that nothing was asked of is emptied and used by the next test: a
 * new one would fetch and compile the page's scripts again, which takes longer than most tests.
 */
export class Tabs {
  private readonly used: { page: Page; plain: boolean }[] = [];
  private readonly spare: Page[] = [];

  /** @param quiet an address of the application that is visited where nothing runs */
  constructor(
    private readonly browser: Browser,
    private readonly quiet: string,
  ) {}

  async open(address: string, profile: BrowserContextOptions = {}): Promise<Page> {
    const plain = Object.keys(profile).length === 0;
    const page = (plain && this.spare.pop()) || (await this.make(profile));
    this.used.push({ page, plain });
    await page.context().setExtraHTTPHeaders({ 'x-forwarded-for': address });
    // also puts back what an earlier test moved
    await page.clock.install();
    return page;
  }

  /** At the end of a test. `clean` says that its tabs can be used again. */
  async leave({ clean }: { clean: boolean }): Promise<void> {
    await Promise.all(
      this.used.splice(0).map(async ({ page, plain }) => {
        if (!clean || !plain) return page.close();
        await this.empty(page);
        this.spare.push(page);
      }),
    );
  }

  private async make(profile: BrowserContextOptions): Promise<Page> {
    const page = await this.browser.newPage({ locale: 'en-US', reducedMotion: 'reduce', ...profile });
    page.setDefaultTimeout(5_000);
    return page;
  }

  private async empty(page: Page): Promise<void> {
    page.removeAllListeners('console').removeAllListeners('pageerror');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto(this.quiet);
    await page.evaluate('localStorage.clear(); sessionStorage.clear();');
    await page.context().clearCookies();
    await page.context().clearPermissions();
  }
}
