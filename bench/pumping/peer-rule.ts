import { MINUTE } from './timeline.js';

/** What is usually there: 10 requests in 60 seconds for one address. */
export class PeerRule {
  private readonly windows = new Map<string, { count: number; endsAt: number }>();

  allows(address: string, now: number): boolean {
    const window = this.windows.get(address);
    if (!window || window.endsAt <= now) {
      this.windows.set(address, { count: 1, endsAt: now + MINUTE });
      return true;
    }
    window.count += 1;
    return window.count <= 10;
  }
}
