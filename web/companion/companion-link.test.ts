// The link in a code that a phone reads, and which pass a phone shows for it.
import encodeQR from 'qr';
import decodeQR from 'qr/decode.js';
import { expect, test } from 'vitest';
import { companionLink, passFor } from './companion-link.ts';
import { pathOf } from './qr-path.ts';

const token = 'a'.repeat(43);
const lessonId = '01990000-0000-7000-8000-000000000001';
function memory(): Pick<Storage, 'getItem' | 'setItem'> {
  const kept = new Map<string, string>();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => { kept.set(name, value); } };
}

test('a link keeps its token from requests, and a code of it is read back as it was', () => {
  const link = companionLink('https://class.example.org:8443', lessonId, token, 'zh');
  expect(new URL(link).pathname + new URL(link).search).not.toContain(token);
  const modules = encodeQR(link, 'raw', { ecc: 'medium', border: 4 });
  const scale = 4;
  const side = modules.length * scale;
  const data = new Uint8ClampedArray(side * side * 4);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) data.fill(modules[Math.floor(y / scale)]![Math.floor(x / scale)] ? 0 : 255, (y * side + x) * 4, (y * side + x) * 4 + 4);
  expect(decodeQR({ width: side, height: side, data })).toBe(link);
});

test('what is drawn are the dark modules and nothing else', () => {
  const modules = [[false, true, true], [true, false, false], [false, false, true]];
  expect(pathOf(modules)).toBe('M1 0h2v1h-2zM0 1h1v1h-1zM2 2h1v1h-1z');
});

test('the same phone shows the same key for the same link, and another one for another link', () => {
  const storage = memory();
  const first = passFor(lessonId, `#${token}`, storage);
  expect(first).toMatchObject({ lessonId, token });
  expect(first!.key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(passFor(lessonId, `#${token}`, storage)).toEqual(first);
  expect(passFor(lessonId, '', storage)).toEqual(first);
  expect(passFor('another', '', storage)).toBeNull();
  const second = passFor(lessonId, `#${'b'.repeat(43)}`, storage);
  expect(second!.key).not.toBe(first!.key);
  expect(passFor(lessonId, '#', memory())).toBeNull();
  expect(passFor(lessonId, '#short', storage)).toBeNull();
});
