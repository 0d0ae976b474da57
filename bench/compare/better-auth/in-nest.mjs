// Better Auth inside a Nest application, mounted as its documentation does it for Express.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { toNodeHandler } from 'better-auth/node';
import { makeBetterAuth } from './instance.mjs';
import { listening, port } from '../servers/listening.mjs';

class BenchModule {}
Module({})(BenchModule);
const app = await NestFactory.create(BenchModule, { logger: false, bodyParser: false });
const handle = toNodeHandler(await makeBetterAuth());
app.use((request, response, next) => (request.url.startsWith('/auth/') ? handle(request, response) : next()));
await app.listen(port, '127.0.0.1');
listening();
