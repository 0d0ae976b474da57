// Better Auth behind node:http and nothing else: its fastest form.
import { createServer } from 'node:http';
import { toNodeHandler } from 'better-auth/node';
import { makeBetterAuth } from './instance.mjs';
import { listening, port } from '../servers/listening.mjs';

const handle = toNodeHandler(await makeBetterAuth());
createServer((request, response) => void handle(request, response)).listen(port, '127.0.0.1', listening);
