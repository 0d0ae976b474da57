import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import type { TestApp } from 'nestjs-phone-auth/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addAccount, fromNodeAuth } from '../support/node-auth.js';
import { everyAdapterAndDatabase, startOn } from '../support/platforms.js';

const run = promisify(execFile);

/** Where node-auth's documentation has the application. */
const DOCUMENTED_PORT = 3_000;

const hasCurl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);

/** On the documented port, or on another one where somebody has that. */
async function listen(app: INestApplication): Promise<number> {
  const server = (await app.listen(DOCUMENTED_PORT).catch(async () => {
    process.stdout.write(`Port ${DOCUMENTED_PORT} is taken: the commands are run with another one.\n`);
    return (await app.listen(0)) as unknown;
  })) as { address(): AddressInfo };
  return server.address().port;
}

describe.runIf(hasCurl).each(everyAdapterAndDatabase)(
  'the commands that node-auth documents, $name',
  (platform) => {
    let t: TestApp;
    let port: number;
    beforeAll(async () => {
      t = await startOn(platform, { options: fromNodeAuth() });
      port = await listen(t.app);
    });
    afterAll(() => t.close());

    /** Runs a command as it stands in a terminal. */
    const shell = async (command: string): Promise<unknown> => {
      const { stdout } = await run('sh', ['-c', command.replaceAll(`:${DOCUMENTED_PORT}/`, `:${port}/`)]);
      return JSON.parse(stdout) as unknown;
    };

    it('S3.49, 8.16 work unchanged: send by userId, verify as a bearer', async () => {
      const { id, phoneNumber } = await addAccount(t);
      const sent = await shell(`curl -s -X POST http://localhost:3000/auth/sms/send \\
      -H 'Content-Type: application/json' \\
      -d '{"userId":"${id}"}'`);
      expect(sent).toEqual({ success: true });

      await t.settled();
      const code = t.inbox.lastCodeFor(phoneNumber);
      const verified = await shell(`curl -s -X POST http://localhost:3000/auth/sms/verify \\
      -H 'Content-Type: application/json' \\
      -H 'X-Auth-Strategy: bearer' \\
      -d '{"userId":"${id}","code":"${code}"}'`);
      expect(verified).toEqual({
        success: true,
        accessToken: expect.any(String),
        refreshToken: expect.any(String),
      });
      expect(decodeJwt((verified as { accessToken: string }).accessToken).sub).toBe(id);
    });
  },
);
