import type { INestApplication } from '@nestjs/common';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Listens on PORT and returns the address to open. */
export async function listen(app: INestApplication): Promise<string> {
  const port = Number(process.env['PORT'] ?? 3000);
  // whoever reaches the demo can read every code that it "sends", so by default only this computer does
  const host = process.env['DEMO_HOST'] ?? '127.0.0.1';
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    if (!isTaken(error)) throw error;
    throw new Error(`Port ${port} is taken. Start on another one: PORT=${port + 1} npm start`, {
      cause: error,
    });
  }
  const server = app.getHttpServer() as Server;
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
