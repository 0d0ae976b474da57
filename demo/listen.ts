import type { INestApplication } from '@nestjs/common';

/** Listens where PORT and HOST say and returns the address to open. */
export async function listen(app: INestApplication): Promise<string> {
  const port = process.env['PORT'] ?? '3000';
  // whoever reaches the demo can read every code that it "sends", so by default only this computer does
  const host = process.env['HOST'] ?? '127.0.0.1';
  try {
    await app.listen(port, host);
  } catch (error) {
    await app.close();
    if (!isTaken(error)) throw error;
    const other = Number(port) + 1;
    throw new Error(`Port ${port} is taken. Start on another one: PORT=${other} npm start`, { cause: error });
  }
  return `http://localhost:${port}`;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
