import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, unknown>>;
}

/** Every module that a source file leads to, types and dynamic imports included: packages by name, files as `./path`. */
function reachableFrom(entry: string): string[] {
  const packages = new Set<string>();
  const files = new Set<string>();
  const open = [entry];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    const source = readFileSync(join(import.meta.dirname, file), 'utf8');
    for (const { fileName } of ts.preProcessFile(source, true, true).importedFiles) {
      if (fileName.startsWith('.')) open.push(join(file, '..', fileName.replace(/\.js$/, '.ts')));
      else packages.add(fileName);
    }
  }
  return [...packages, ...[...files].map((file) => `./${file}`)];
}

describe('what an application loads with the main entry', () => {
  const main = reachableFrom('index.ts');

  it('is found by this test, however deep', () => {
    expect(main).toEqual(expect.arrayContaining(['@nestjs/common', './persistence/migrations/1-initial.ts']));
    expect(reachableFrom('twilio.ts')).toContain('twilio');
  });

  it('S5.51 does not hold a sender of a provider, nor an SDK', () => {
    const rooms = ['twilio', 'sns', 'vonage', 'messagebird'];
    expect(main.filter((name) => rooms.some((room) => name.startsWith(`./${room}`)))).toEqual([]);
    expect(main.filter((name) => name.startsWith('@aws-sdk/') || name === 'twilio')).toEqual([]);
  });

  it('S5.51 a sender holds its own SDK and no other', () => {
    const sdks = (door: string) =>
      reachableFrom(door).filter((name) => name.startsWith('@aws-sdk/') || name === 'twilio');
    expect(['twilio.ts', 'sns.ts', 'vonage.ts', 'messagebird.ts'].map(sdks)).toEqual([
      ['twilio'],
      ['@aws-sdk/client-sns'],
      [],
      [],
    ]);
  });

  it('S5.51 comes with no SDK of a provider: those are peers, and optional', () => {
    const manifest = JSON.parse(
      readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
    ) as Manifest;
    expect(Object.keys(manifest.dependencies).sort()).toEqual([
      '@node-rs/argon2',
      'cookie',
      'ipaddr.js',
      'libphonenumber-js',
    ]);
    for (const sdk of ['twilio', '@aws-sdk/client-sns']) {
      expect(manifest.peerDependencies).toHaveProperty([sdk]);
      expect(manifest.peerDependenciesMeta[sdk]).toEqual({ optional: true });
    }
  });

  it('does not hold the stores on Redis, whose client is optional, nor what fills a queue', () => {
    expect(main.filter((name) => /redis|bullmq/.test(name))).toEqual([]);
    expect(reachableFrom('bullmq.ts').filter((name) => /redis|bullmq$/.test(name))).toEqual(['bullmq']);
  });

  it('does not hold the description of its routes, nor @nestjs/swagger', () => {
    expect(reachableFrom('openapi.ts')).toContain('@nestjs/swagger');
    expect(main.filter((name) => /openapi|swagger/.test(name))).toEqual([]);
  });

  it('does not hold the helpers for tests', () => {
    expect(main.filter((name) => /testing/.test(name))).toEqual([]);
  });

  it('does not hold the client', () => {
    expect(main.filter((name) => name.startsWith('./client/'))).toEqual([]);
  });

  it('does not hold the CAPTCHA providers', () => {
    expect(main).toContain('./captcha/human-check.ts');
    expect(main.filter((name) => /turnstile|captcha\.ts$|site-verify/.test(name))).toEqual([]);
  });

  it('does not hold the packages jose and undici, which are optional: webhooks import them once they are there', () => {
    expect(main.filter((name) => /resource-server/.test(name))).toEqual([]);
    const needy = main
      .filter((name) => name.startsWith('./'))
      .flatMap((file) => readFileSync(join(import.meta.dirname, file), 'utf8').split('\n'))
      .filter((line) => /import.*['"](jose|undici)/.test(line) && !/\btypeof import\(/.test(line));
    expect(needy.map((line) => line.trim())).toEqual([
      "installed('undici', () => import('undici')),",
      "installed('jose', () => import('jose')),",
    ]);
  });

  it('does not hold their types in the sender that webhooks have', () => {
    const types = reachableFrom('webhooks/webhook-sms-sender.ts');
    expect(types).toContain('./webhooks/webhook-events.ts');
    expect(types.filter((name) => name === 'jose' || name === 'undici')).toEqual([]);
  });
});

describe('what a service loads that has only the public keys', () => {
  it('is Nest and jose: no table, no sender, no option of the module', () => {
    const packages = reachableFrom('resource-server.ts').filter((name) => !name.startsWith('.'));
    expect(packages.filter((name) => !name.startsWith('node:')).sort()).toEqual([
      '@nestjs/common',
      '@nestjs/core',
      'jose',
    ]);
  });
});
