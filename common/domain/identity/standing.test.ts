// Real names come before learning, under every pack (R9, R84, R116).
import { expect, it } from 'vitest';
import { packs } from '../rules/packs.ts';
import { identityLack } from './standing.ts';

it('is demanded by every pack, met by a registered identity, and not by one an authority denies', () => {
  for (const pack of packs) {
    expect(pack.realName, pack.id).toEqual({ beforeLesson: true });
    expect(identityLack(pack, null)).toBe('identity_missing');
    expect(identityLack(pack, 'denied')).toBe('identity_denied');
    for (const status of ['not_asked', 'confirmed', 'unavailable'] as const) expect(identityLack(pack, status)).toBeNull();
  }
});

it('is not demanded where a pack does without', () => {
  for (const status of [null, 'denied'] as const) expect(identityLack({ realName: { beforeLesson: false } }, status)).toBeNull();
});
