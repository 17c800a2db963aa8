// Addresses of REST routes.
import { describe, expect, it } from 'vitest';
import { routeAddress } from './rest-path.ts';

describe('routeAddress', () => {
  it('splits method and path', () => {
    expect(routeAddress('GET /api/me')).toEqual({ method: 'GET', address: '/api/me' });
  });
  it('fills every parameter, encoded', () => {
    expect(routeAddress('GET /api/replays/:replayId/files/:name', { replayId: 'a/b c', name: 'unit.mp4' }).address).toBe('/api/replays/a%2Fb%20c/files/unit.mp4');
  });
  it('takes figures in a parameter’s name for part of it', () => {
    expect(routeAddress('GET /api/face-detector/:sha256', { sha256: 'ab12' }).address).toBe('/api/face-detector/ab12');
  });
  it('adds the query without what is undefined', () => {
    expect(routeAddress('GET /api/lessons', {}, { from: '2026-11-21T00:00:00.000Z', to: undefined }).address).toBe('/api/lessons?from=2026-11-21T00%3A00%3A00.000Z');
  });
  it.each([[{}], [{ lessonId: '' }]])('refuses a missing parameter %j', (params) => {
    expect(() => routeAddress('GET /api/lessons/:lessonId', params)).toThrow('lessonId is missing');
  });
});
