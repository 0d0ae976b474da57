import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse, readAnswer } from './read-answer.js';

const json = (body: unknown, init?: ResponseInit) => new Response(JSON.stringify(body), init);

describe('readAnswer', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('gives the JSON of a success', async () => {
    expect(await readAnswer(json({ ok: true }), 'object')).toEqual({ data: { ok: true }, error: null });
    expect(await readAnswer(json([1]), 'array')).toEqual({ data: [1], error: null });
    expect(await readAnswer(json(null), 'object or null')).toEqual({ data: null, error: null });
  });

  it('makes dates of expiresAt, createdAt and updatedAt, however deep, and of nothing else', () => {
    const at = '2026-01-02T03:04:05.678Z';
    expect(
      parse(JSON.stringify({ list: [{ expiresAt: at, createdAt: at, updatedAt: at, name: at }] })),
    ).toEqual({
      list: [{ expiresAt: new Date(at), createdAt: new Date(at), updatedAt: new Date(at), name: at }],
    });
    expect(parse('{"expiresAt":"soon","createdAt":null,"updatedAt":5}')).toEqual({
      expiresAt: 'soon',
      createdAt: null,
      updatedAt: 5,
    });
  });

  it.each(['', '<!doctype html>', '{', 'undefined'])('takes %j with 200 for an error', async (text) => {
    const { data, error } = await readAnswer(new Response(text), 'object');
    expect(data).toBeNull();
    expect(error).toEqual({ code: 'UNKNOWN', status: 200, message: 'Unexpected answer with status 200' });
  });

  it.each([
    ['object', null],
    ['object', []],
    ['object', 'ok'],
    ['array', {}],
    ['array', null],
    ['object or null', 7],
    ['object or null', []],
  ] as const)('takes JSON of another shape for an error: %s, not %j', async (shape, body) => {
    expect((await readAnswer(json(body), shape)).error).toMatchObject({ code: 'UNKNOWN', status: 200 });
  });

  it('gives code, status, message and the numbers of an error', async () => {
    const body = {
      statusCode: 400,
      code: 'INVALID_OTP',
      message: 'Invalid OTP',
      error: 'Bad Request',
      attemptsRemaining: 0,
      retryAfter: 7,
    };
    expect(await readAnswer(json(body, { status: 400 }), 'object')).toEqual({
      data: null,
      error: {
        code: 'INVALID_OTP',
        status: 400,
        message: 'Invalid OTP',
        attemptsRemaining: 0,
        retryAfter: 7,
      },
    });
  });

  it.each([
    ['a page', '<h1>Bad Gateway</h1>', 'Unexpected answer with status 502'],
    ['nothing', '', 'Unexpected answer with status 502'],
    ['the error of the host', '{"statusCode":502,"message":"Bad Gateway"}', 'Bad Gateway'],
    ['a list of the host’s pipe', '{"message":["a is wrong","b is wrong"]}', 'a is wrong; b is wrong'],
    ['a code of another system', '{"code":17,"message":""}', 'Unexpected answer with status 502'],
    ['a sentence as code', '{"code":"it broke"}', 'Unexpected answer with status 502'],
    ['an array', '[1]', 'Unexpected answer with status 502'],
  ])('has a message for %s', async (_, text, message) => {
    const { error } = await readAnswer(new Response(text, { status: 502 }), 'object');
    expect(error).toEqual({ code: 'UNKNOWN', status: 502, message });
  });

  it('calls a 429 without a code RATE_LIMITED', async () => {
    const { error } = await readAnswer(new Response('slow down', { status: 429 }), 'object');
    expect(error?.code).toBe('RATE_LIMITED');
  });

  it.each([
    [{ 'retry-after': '12' }, 12],
    [{ 'x-retry-after': '13' }, 13],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'later' }, undefined],
    [{}, undefined],
  ])('reads the seconds to wait from %j', async (headers, seconds) => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
    const answer = new Response('', { status: 429, headers: new Headers(Object.entries(headers)) });
    expect((await readAnswer(answer, 'object')).error?.retryAfter).toBe(seconds);
  });

  it('believes the body before the header, where the body makes sense', async () => {
    const read = async (retryAfter: unknown) => {
      const answer = json({ retryAfter }, { status: 429, headers: { 'retry-after': '9' } });
      return (await readAnswer(answer, 'object')).error?.retryAfter;
    };
    expect([await read(5), await read('5'), await read(-1), await read(1.5)]).toEqual([5, 9, 9, 9]);
  });
});
