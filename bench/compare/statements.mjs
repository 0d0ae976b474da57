// Counts what a server asks of PostgreSQL, whatever library it asks with: a proxy that reads the messages of the protocol.
import { connect, createServer } from 'node:net';

/** Query and Execute: the two messages by which a client has something run (PostgreSQL, 55.7). */
const RUNS = new Set(['Q'.codePointAt(0), 'E'.codePointAt(0)]);

/** @param {string} url of the database @returns the proxy's own url, and how many statements went through it */
export async function countingProxy(url) {
  const target = new URL(url);
  let count = 0;
  const sockets = new Set();
  const server = createServer((client) => {
    const database = connect(Number(target.port || 5432), target.hostname);
    sockets.add(client).add(database);
    const read = messages(() => (count += 1));
    client.on('data', (bytes) => {
      read(bytes);
      database.write(bytes);
    });
    database.pipe(client);
    client.on('close', () => database.destroy());
    for (const socket of [client, database]) socket.on('error', () => socket.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = String(server.address().port);
  return {
    url: own.href,
    taken: () => {
      const taken = count;
      count = 0;
      return taken;
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** A reader of one connection, which may be given the bytes in any pieces. */
function messages(found) {
  let rest = Buffer.alloc(0);
  let started = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    for (;;) {
      // the first message has no type, only its length
      const head = started ? 5 : 4;
      if (rest.length < head) return;
      const length = rest.readInt32BE(head - 4) + head - 4;
      if (rest.length < length) return;
      if (started && RUNS.has(rest[0])) found();
      started = true;
      rest = rest.subarray(length);
    }
  };
}
