import { describe, expect, it } from 'vitest';
import { endpointUrl } from './endpoint-url.js';

describe('endpointUrl', () => {
  it.each([
    ['', '/auth', '/auth/ok'],
    ['/', '/auth', '/auth/ok'],
    ['/api', '/auth', '/api/auth/ok'],
    ['/api/', 'auth/', '/api/auth/ok'],
    ['https://example.com', '/auth', 'https://example.com/auth/ok'],
    ['https://example.com/', '/v1/auth', 'https://example.com/v1/auth/ok'],
    ['https://example.com/api', '/auth', 'https://example.com/api/auth/ok'],
    ['https://example.com/api/auth', '', 'https://example.com/api/auth/ok'],
    ['', '', '/ok'],
    ['/api/auth', '/', '/api/auth/ok'],
  ])('S1.46 baseURL "%s" and basePath "%s" make %s', (baseURL, basePath, url) => {
    expect(endpointUrl(baseURL, basePath, 'ok')).toBe(url);
  });
});
