// This package in a Nest application, every protection on, on Express or Fastify (ADAPTER).
import 'reflect-metadata';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PhoneAuthModule } from 'nestjs-phone-auth';
import { AccessTokenGuard, AccessTokenModule } from 'nestjs-phone-auth/resource-server';
import { databaseUrl, listening, port, secret, sendOTP, sqliteFile } from './listening.mjs';

const baseURL = `http://127.0.0.1:${port}`;
const database = databaseUrl
  ? { type: 'postgres', url: databaseUrl, extra: { max: 10 } }
  : { type: 'better-sqlite3', database: sqliteFile, enableWAL: true };

/** A route of an application that asks for an access JWT and nothing of the database. */
class MineController {
  mine() {
    return { mine: true };
  }
}
Controller('mine')(MineController);
UseGuards(AccessTokenGuard)(MineController);
Get()(MineController.prototype, 'mine', Object.getOwnPropertyDescriptor(MineController.prototype, 'mine'));

class BenchModule {}
Module({
  imports: [
    TypeOrmModule.forRoot({
      ...database,
      autoLoadEntities: true,
      synchronize: process.env.KEEP_SCHEMA === undefined,
      logging: false,
    }),
    PhoneAuthModule.forRoot({ secret, sendOTP, baseURL, numbers: { countries: ['US'] } }),
    AccessTokenModule.forRoot({ issuer: baseURL, audience: baseURL }),
  ],
  controllers: [MineController],
})(BenchModule);

async function adapter() {
  if (process.env.ADAPTER === 'fastify') {
    const { FastifyAdapter } = await import('@nestjs/platform-fastify');
    return new FastifyAdapter({ trustProxy: true });
  }
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  const express = new ExpressAdapter();
  express.set('trust proxy', true);
  return express;
}

const app = await NestFactory.create(BenchModule, await adapter(), { logger: false });
await app.listen(port, '127.0.0.1');
listening();
