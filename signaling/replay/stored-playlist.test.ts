// Stored playlists: the moments and bytes of each segment, and an error for whatever ffmpeg would not have written.
import { expect, it } from 'vitest';
import { parsePlaylist } from './stored-playlist.ts';

const lines = [
  '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-MAP:URI="main.m4s",BYTERANGE="1336@0"',
  '#EXTINF:4.010667,', '#EXT-X-BYTERANGE:940336@1336', 'main.m4s', '#EXTINF:3.989333,', '#EXT-X-BYTERANGE:100', 'main.m4s', '#EXTINF:1.960000,', '#EXT-X-BYTERANGE:5@950000', 'main.m4s', '#EXT-X-ENDLIST',
];
const text = (change: (all: string[]) => string[] = (all) => all): string => `${change([...lines]).join('\n')}\n`;

it('tells the bytes and the moments of each segment without a hole, to the end of the file', () => {
  for (const ending of ['\n', '\r\n']) {
    expect(parsePlaylist(text().replaceAll('\n', ending), 'main.m4s', 10_000)).toEqual({
      targetSeconds: 4, init: { start: 0, end: 1335 },
      segments: [
        { duration: '4.010667', fromMs: 0, toMs: 4011, start: 1336, end: 941_671 }, { duration: '3.989333', fromMs: 4011, toMs: 8000, start: 941_672, end: 941_771 },
        { duration: '1.960000', fromMs: 8000, toMs: 10_000, start: 950_000, end: 950_004 },
      ],
    });
  }
});

it.each([
  ['another file', (all: string[]) => all.with(9, 'other.m4s')], ['a segment without bytes', (all: string[]) => all.toSpliced(8, 1)], ['a segment without a length', (all: string[]) => all.toSpliced(7, 1)],
  ['no head of the file', (all: string[]) => all.toSpliced(6, 1)], ['no end', (all: string[]) => all.slice(0, -1)], ['no segments', (all: string[]) => [...all.slice(0, 7), '#EXT-X-ENDLIST']],
  ['an unknown tag', (all: string[]) => all.with(5, '#EXT-X-DISCONTINUITY')], ['a broken range', (all: string[]) => all.with(8, '#EXT-X-BYTERANGE:abc@1')], ['an empty segment', (all: string[]) => all.with(8, '#EXT-X-BYTERANGE:0@1336')],
  ['another head', (all: string[]) => all.with(6, '#EXT-X-MAP:URI="../secret",BYTERANGE="1336@0"')], ['no playlist', () => ['hello']], ['nothing', () => []],
])('refuses %s', (_what, change) => {
  expect(() => parsePlaylist(text(change), 'main.m4s', 10_000)).toThrow('unexpected line');
});
