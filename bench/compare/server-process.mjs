// A server of the bench: a process of its own, and the phones to which it sends.
import { fork } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const START_LIMIT = 60_000;

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class ServerProcess {
  #codes = new Map();
  #waiting = new Map();

  /** Starts a file of this folder. `startedIn` is what it took until the first answer, in milliseconds. */
  static async start(file, env, connections = 32) {
    const port = await freePort();
    const before = performance.now();
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
      env: { ...process.env, NODE_ENV: 'production', ...env, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const server = new ServerProcess(
      child,
      new Pool(`http://127.0.0.1:${port}`, { connections, pipelining: 1 }),
    );
    await server.#message((message) => message.listening);
    const answer = await server.http.request({ path: '/auth/get-session', method: 'GET' });
    await answer.body.dump();
    server.startedIn = performance.now() - before;
    return server;
  }

  constructor(child, http) {
    this.child = child;
    this.http = http;
    this.over = new Promise((resolve) => child.once('exit', resolve));
    child.on('message', ({ phoneNumber, code }) => {
      if (phoneNumber === undefined) return;
      const waiting = this.#waiting.get(phoneNumber);
      if (waiting) waiting(code);
      else this.#codes.set(phoneNumber, code);
      this.#waiting.delete(phoneNumber);
    });
  }

  /** The code that a phone was sent, which may still be on its way. */
  async codeOf(phoneNumber) {
    const code = this.#codes.get(phoneNumber);
    this.#codes.delete(phoneNumber);
    return code ?? new Promise((resolve) => this.#waiting.set(phoneNumber, resolve));
  }

  /** Resident memory in bytes. */
  async memory() {
    this.child.send('memory');
    return (await this.#message(({ memory }) => memory !== undefined)).memory;
  }

  async stop() {
    await this.http.close();
    this.child.disconnect();
    await this.over;
  }

  #message(isWanted) {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(
        () => reject(new Error(`${this.child.spawnargs[1]} said nothing`)),
        START_LIMIT,
      );
      void this.over.then(() => reject(new Error(`${this.child.spawnargs[1]} ended`)));
      const listen = (message) => {
        if (!isWanted(message)) return;
        clearTimeout(limit);
        this.child.off('message', listen);
        resolve(message);
      };
      this.child.on('message', listen);
    });
  }
}
