// Keys of the player, and whose keys they are not.
import { describe, expect, it } from 'vitest';
import { keyAction } from './keys.ts';

const key = (name: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey', boolean>> = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, ...held });

describe('keyAction', () => {
  it('knows play, full screen, sound, captions and help', () => {
    expect(['f', 'm', ' ', 'k', 'c', '?'].map((name) => keyAction(key(name), 'DIV'))).toEqual(['full', 'mute', 'toggle', 'toggle', 'captions', 'help']);
  });
  it('steps 5 and 10 seconds, and goes to a tenth', () => {
    expect([keyAction(key('ArrowLeft'), 'RANGE'), keyAction(key('ArrowRight'), 'BODY'), keyAction(key('j'), 'BODY'), keyAction(key('l'), 'BODY'), keyAction(key('3'), 'BODY')])
      .toEqual([{ byMs: -5000 }, { byMs: 5000 }, { byMs: -10_000 }, { byMs: 10_000 }, { toShare: 0.3 }]);
  });
  it('leaves a control its own keys, and the browser its shortcuts', () => {
    expect([keyAction(key(' '), 'BUTTON'), keyAction(key('ArrowLeft'), 'SELECT'), keyAction(key('5'), 'SELECT'), keyAction(key('f', { ctrlKey: true }), 'BODY'), keyAction(key('x'), 'BODY'), keyAction(key('k'), 'TEXTAREA')])
      .toEqual([null, null, null, null, null, null]);
  });
});
