// What a file is follows from its first bytes; how far learners may turn from what was shown.
import { expect, test } from 'vitest';
import { kindOfBytes, lastPageForLearners } from './courseware.ts';

const bytes = (...parts: (string | number)[]): Uint8Array => Buffer.concat([...parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from([part]))), Buffer.alloc(16)]);

test.each([
  ['pdf', bytes('%PDF-1.7')], ['picture', bytes(0x89, 'PNG\r\n', 0x1a, '\n')], ['picture', bytes(0xff, 0xd8, 0xff, 0xe0)], ['picture', bytes('RIFF', 1, 2, 3, 4, 'WEBPVP8 ')],
  ['office', bytes('PK', 3, 4)], ['office', bytes(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)],
  [null, bytes('MZ')], [null, bytes('MZ%PDF-1.7')], [null, bytes('\n%PDF-1.7')], [null, bytes('RIFF', 1, 2, 3, 4, 'WAVE')], [null, bytes('<svg onload="x">')], [null, bytes('#!/bin/sh')], [null, bytes('GIF89a')],
  [null, new Uint8Array(0)],
] as const)('%s', (kind, file) => {
  expect(kindOfBytes(file)).toBe(kind);
});

test('learners get what was shown and one page more, never beyond the end, nothing of what was not opened', () => {
  expect([lastPageForLearners(0, 9), lastPageForLearners(1, 9), lastPageForLearners(9, 9)]).toEqual([0, 2, 9]);
});
