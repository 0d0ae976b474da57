import type { LookupAddress } from 'node:dns';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/options/resolve-config.js';
import { HostResolver } from '../../src/webhooks/host-resolver.js';
import { ForbiddenReceiver, ReceiverAddresses } from '../../src/webhooks/receiver-addresses.js';
import { WebhookHttp } from '../../src/webhooks/webhook-http.js';
import { WebhookPackages } from '../../src/webhooks/webhook-packages.js';
import { RECEIVER_CERTIFICATE } from '../support/receiver-certificate.js';
import { WebhookReceiver } from '../support/webhook-receiver.js';

const v4 = (address: string): LookupAddress => ({ address, family: 4 });

/** Answers look-ups one after the other; the last answer is repeated. */
class Names extends HostResolver {
  readonly asked: string[] = [];

  constructor(private readonly answers: readonly (readonly LookupAddress[])[]) {
    super();
  }

  override resolve(host: string): Promise<readonly LookupAddress[]> {
    const answer = this.answers[this.asked.length] ?? this.answers.at(-1) ?? [];
    this.asked.push(host);
    return Promise.resolve(answer);
  }
}

/** Takes for public what a test says is: nothing on this machine is. */
class PublicLoopback extends ReceiverAddresses {
  protected override isAllowed(address: string): boolean {
    return address === '127.0.0.1' || super.isAllowed(address);
  }
}

class TrustingHttp extends WebhookHttp {
  protected override tls() {
    return { ca: RECEIVER_CERTIFICATE };
  }
}

const configOf = (allowInsecure: boolean) =>
  resolveConfig({ secret: 'only for tests, and long enough for them', webhooks: { allowInsecure } });

const http = (addresses: ReceiverAddresses) => new WebhookHttp(new WebhookPackages(), addresses);
const strict = (names: Names) => new ReceiverAddresses(names, configOf(false));
const post = (client: WebhookHttp, url: string, milliseconds = 5_000) =>
  client.post({
    url: new URL(url),
    headers: { 'content-type': 'application/json' },
    body: '{"event_type":"send.otp"}',
    signal: AbortSignal.timeout(milliseconds),
  });

let receiver: WebhookReceiver;
beforeAll(async () => {
  receiver = await WebhookReceiver.start();
});
beforeEach(() => receiver.reset());
afterAll(() => receiver.close());

describe('where events may go', () => {
  const secure = (host: string) => `https://${host}/hooks`;

  it.each([
    'http://receiver.example/hooks',
    ...['localhost', '127.0.0.1', '[::1]', '10.1.2.3', '169.254.169.254', '100.100.100.200'].map(secure),
    // other spellings of 127.0.0.1 and of the metadata service
    ...['127.1', '0x7f.1', '2130706433', '0177.0.0.1', '0', '[::ffff:127.0.0.1]', '[::ffff:a9fe:a9fe]'].map(
      secure,
    ),
    ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00::1]', '①②⑦.⓪.⓪.①'].map(secure),
  ])('S5.35, R61 is not %s', async (url) => {
    const names = new Names([[v4('127.0.0.1')]]);
    await expect(post(http(strict(names)), url)).rejects.toBeInstanceOf(ForbiddenReceiver);
    expect(names.asked.filter((host) => host !== 'localhost')).toEqual([]);
  });

  it('S5.35, R61 is not a name with one address that is not public among others that are', async () => {
    const names = new Names([[v4('8.8.8.8'), { address: 'fd00::1', family: 6 }]]);
    await expect(post(http(strict(names)), secure('receiver.example'))).rejects.toBeInstanceOf(
      ForbiddenReceiver,
    );
  });

  it('S5.35 is nowhere where the name has no address', async () => {
    const client = http(strict(new Names([[]])));
    await expect(post(client, secure('receiver.example'))).rejects.toThrow('has no address');
  });

  it('a look-up that hangs ends with the time of the attempt', async () => {
    const hanging = new Names([]);
    hanging.resolve = () => new Promise(() => undefined);
    await expect(post(http(strict(hanging)), secure('receiver.example'), 50)).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('the connection', () => {
  let tls: WebhookReceiver;
  beforeAll(async () => {
    tls = await WebhookReceiver.start('https');
  });
  afterAll(() => tls.close());

  it('S5.35 goes to the address that was checked, under the name that was asked for', async () => {
    // by the time somebody asked a second time, the name would lead elsewhere
    const names = new Names([[v4('127.0.0.1')], [v4('10.0.0.1')]]);
    const addresses = new PublicLoopback(names, configOf(false));
    const client = new TrustingHttp(new WebhookPackages(), addresses);
    const url = tls.url('receiver.example');
    expect(await post(client, url)).toBe(200);
    expect(names.asked).toEqual(['receiver.example']);
    expect(tls.deliveries[0]?.headers['host']).toBe(`receiver.example:${tls.port}`);

    await expect(post(client, url)).rejects.toBeInstanceOf(ForbiddenReceiver);
    expect(tls.deliveries).toHaveLength(1);
  });

  it.each([
    ['the certificate of somebody whom nobody trusts', WebhookHttp, 'receiver.example'],
    ['a certificate for another name', TrustingHttp, 'another.example'],
  ])('is not made to %s', async (_, Http, host) => {
    const addresses = new PublicLoopback(new Names([[v4('127.0.0.1')]]), configOf(false));
    const before = tls.deliveries.length;
    await expect(post(new Http(new WebhookPackages(), addresses), tls.url(host))).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|SIGNED/),
    });
    expect(tls.deliveries).toHaveLength(before);
  });
});

describe('what a receiver answers', () => {
  const client = http(new ReceiverAddresses(new Names([[v4('127.0.0.1')]]), configOf(true)));

  it('S5.35 is its status, and a redirect is not followed', async () => {
    receiver.behave((_, response) => response.writeHead(302, { location: receiver.url() }).end());
    expect(await post(client, receiver.url())).toBe(302);
    expect(receiver.deliveries).toHaveLength(1);
  });

  it('S5.32 is not read beyond ten kilobytes, however much there is', async () => {
    let written = 0;
    let over: Promise<void> | undefined;
    const chunk = Buffer.alloc(65_536, 'x');
    receiver.behave((delivery, response) => {
      over = delivery.over;
      response.writeHead(200);
      const write = (): void => {
        while (written < 2 ** 30 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
        response.end();
      };
      write();
    });
    expect(await post(client, receiver.url())).toBe(200);
    await over;
    // what the system keeps on the way is written, too
    expect(written).toBeLessThan(16 * 2 ** 20);
  });

  it('S5.32 counts although the connection breaks in the middle of it', async () => {
    receiver.behave((_, response) => {
      response.writeHead(200, { 'content-length': 4_000 }).write('half of', () => response.destroy());
    });
    expect(await post(client, receiver.url())).toBe(200);
  });

  it('S5.32 counts although the rest of it never comes, at the end of the time', async () => {
    receiver.behave((_, response) => {
      response.writeHead(200, { 'content-length': 4_000 }).write('half of');
    });
    expect(await post(client, receiver.url(), 200)).toBe(200);
    await receiver.deliveries[0]?.over;
  });

  it('S5.31 may be nothing: then the connection is closed at the end of the time', async () => {
    receiver.behave(() => undefined);
    await expect(post(client, receiver.url(), 100)).rejects.toMatchObject({ name: 'TimeoutError' });
    await receiver.deliveries[0]?.over;
  });

  it('may be headers without an end: they are not kept', async () => {
    receiver.behave((_, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\nx-much: ${'y'.repeat(200_000)}`);
    });
    await expect(post(client, receiver.url())).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_OVERFLOW' });
  });
});
