// Credentials for the TURN server: as coturn computes them itself, for an hour, and none where none is set.
import { expect, it } from 'vitest';
import type { ConfigError } from '#runtime/config.ts';
import { iceServers, turnUrls } from './turn.ts';

const config = { TURN_URLS: 'turns:turn.example.org:443?transport=tcp, turn:turn.example.org:3478', TURN_SECRET: 'a secret of sixteen' };
const now = new Date('2026-03-02T02:00:00.000Z');
const wrong = (given: Partial<typeof config>): string[] => {
  try {
    turnUrls({ TURN_URLS: undefined, TURN_SECRET: undefined, ...given });
  } catch (error) {
    return (error as ConfigError).lines;
  }
  return [];
};

it('are valid for an hour, and the password is what the server makes of the name', () => {
  // printf '1772420400:person' | openssl dgst -sha1 -hmac 'a secret of sixteen' -binary | base64
  expect(iceServers(config, 'person', now)).toEqual([{
    urls: ['turns:turn.example.org:443?transport=tcp', 'turn:turn.example.org:3478'], username: '1772420400:person', credential: '474vUWEnO6pA1l7H4CtBbE7T8bU=',
  }]);
});

it('are not there where no server is set', () => expect(iceServers({ TURN_URLS: undefined, TURN_SECRET: undefined }, 'person', now)).toBeUndefined());

it('say at the start what is wrong with the settings', () => {
  expect(wrong({ TURN_URLS: config.TURN_URLS })).toEqual(['TURN_SECRET is missing: addresses and secret go together']);
  expect(wrong({ TURN_SECRET: config.TURN_SECRET })).toEqual(['TURN_URLS is missing: addresses and secret go together']);
  expect(wrong({ ...config, TURN_URLS: 'https://turn.example.org' })[0]).toContain('https://turn.example.org; right is turns:turn.example.org:443?transport=tcp');
  expect(wrong({ ...config, TURN_URLS: ' , ' })[0]).toContain('it names no server');
});
