// Which lines begin with the small picture.
import { describe, expect, it } from 'vitest';
import { startsLow } from './film-source.ts';

describe('startsLow', () => {
  it('spares weak lines and those who save data, and nobody else', () => {
    expect([{ saveData: true, effectiveType: '4g' }, { effectiveType: '3g' }, { effectiveType: '2g' }].map(startsLow)).toEqual([true, true, true]);
    expect([startsLow({ saveData: false, effectiveType: '4g' }), startsLow({}), startsLow(undefined)]).toEqual([false, false, false]);
  });
});
