// Layers of a RID sender become known stream by stream.
import { expect, test } from 'vitest';
import { learnedLayers, unknownLayers } from './layer-map.ts';

test('streams are found by RID, one by one; nothing new is null', () => {
  const layers = [{ ssrc: 1, rid: 'r0' }, { ssrc: 2, rid: 'r1' }];
  const first = learnedLayers(layers, [{ ssrc: 77, rid: 'r1' }])!;
  expect(first).toEqual([{ ssrc: 1, rid: 'r0' }, { ssrc: 2, rid: 'r1', producerSsrc: 77 }]);
  expect(unknownLayers(first)).toBe(true);
  expect(learnedLayers(first, [{ ssrc: 77, rid: 'r1' }])).toBeNull();
  expect(unknownLayers(learnedLayers(first, [{ ssrc: 78, rid: 'r0' }, { ssrc: 77, rid: 'r1' }])!)).toBe(false);
});

test('one stream without RID is the one layer; several without RID are not guessed', () => {
  expect(learnedLayers([{ ssrc: 1 }], [{ ssrc: 9 }])).toEqual([{ ssrc: 1, producerSsrc: 9 }]);
  expect(learnedLayers([{ ssrc: 1 }, { ssrc: 2 }], [{ ssrc: 9 }, { ssrc: 10 }])).toBeNull();
});
