// The sliding playlist: what players are told of segments that come, jump and go.
import { expect, it } from 'vitest';
import { cleared, emptyWindow, playlistText, slid, type SegmentWindow } from './playlist.ts';

const after = (count: number, jumpAt: readonly number[] = []): SegmentWindow => {
  let window = emptyWindow;
  for (let number = 0; number < count; number++) ({ window } = slid(window, { number: 5 + number, fromMs: 1_772_416_800_000 + number * 4000, jump: jumpAt.includes(number) }));
  return window;
};

it('names each segment with the moment it shows', () => {
  expect(playlistText(after(2), false)).toBe([
    '#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:5', '#EXT-X-DISCONTINUITY-SEQUENCE:0', '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-PROGRAM-DATE-TIME:2026-03-02T02:00:00.000Z', '#EXTINF:4.000,', 'segments/5.ts',
    '#EXT-X-PROGRAM-DATE-TIME:2026-03-02T02:00:04.000Z', '#EXTINF:4.000,', 'segments/6.ts', '',
  ].join('\n'));
});

it('keeps the last eight, counts on, and says which have left', () => {
  const { window, left } = slid(after(8), { number: 13, fromMs: 0, jump: false });
  expect([left.map(({ number }) => number), window.segments.length]).toEqual([[5], 8]);
  expect(playlistText(window, false)).toContain('#EXT-X-MEDIA-SEQUENCE:6\n');
});

it('marks a jump while it is listed, and counts it when it has left', () => {
  expect(playlistText(after(4, [2]), false)).toMatch(/5\.ts\n#EXT-X-PROG.*\n#EXTINF.*\nsegments\/6\.ts\n#EXT-X-DISCONTINUITY\n/);
  const gone = after(11, [2]);
  expect([gone.jumpsBefore, playlistText(gone, false).includes('#EXT-X-DISCONTINUITY\n')]).toEqual([1, false]);
});

it('counts the jumps of a list that is given up: players count on', () => {
  expect(cleared(after(11, [2, 5]))).toEqual({ segments: [], jumpsBefore: 2 });
});

it('says at the end that nothing follows', () => {
  expect(playlistText(after(2), true).endsWith('segments/6.ts\n#EXT-X-ENDLIST\n')).toBe(true);
});
