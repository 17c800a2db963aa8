// What is seen of wrong frames and wrong playlists, what filters note, and which small picture stands where.
import { describe, expect, it } from 'vitest';
import { chapterText, chunkSpans, concatList } from './pack-arguments.ts';
import { blackStretches, clipped, parseMetadata, valuesOf } from './probe.ts';
import { picturePlaces } from './thumbnails.ts';
import { frameFaults, playlistFaults } from './verify.ts';

describe('frames', () => {
  const lines = (count: number, change: (index: number) => Partial<{ pts: number; dts: number; key: boolean }> = () => ({})): string[] =>
    Array.from({ length: count }, (_, index) => {
      const { pts = index * 3600, dts = pts, key = index % 50 === 0 } = change(index);
      return `${pts},${dts},${key ? 'K_' : '__'}`;
    });
  it('pass when each stands at its time', () => expect(frameFaults(lines(120), 120, 90_000)).toEqual([]));
  it('are counted, and may neither move, go back nor lack a key', () => {
    expect(frameFaults(lines(119), 120, 90_000)).toEqual(['119 frames instead of 120']);
    expect(frameFaults(lines(120, (index) => (index === 7 ? { pts: 7 * 3600 + 1 } : {})), 120, 90_000)).toContain('frame 7 does not stand at its time');
    expect(frameFaults(lines(120, (index) => (index === 7 ? { dts: 0 } : {})), 120, 90_000)).toContain('decoding time of frame 7 goes back');
    expect(frameFaults(lines(120, (index) => ({ key: index === 0 })), 120, 90_000)).toContain('no key frame in time for frame 50');
  });
});

describe('playlist', () => {
  const playlist = (second = '#EXT-X-BYTERANGE:500@1500'): string => [
    '#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MAP:URI="main.m4s",BYTERANGE="500@0"',
    '#EXTINF:4.000000,', '#EXT-X-BYTERANGE:1000@500', 'main.m4s', '#EXTINF:1.480000,', second, 'main.m4s', '#EXT-X-ENDLIST', '',
  ].join('\n');
  it('passes when it ends, stays within its media and lasts as long', () => expect(playlistFaults(playlist(), 'main.m4s', 2000, 5480)).toEqual([]));
  it('fails when it does not', () => {
    expect(playlistFaults(playlist(), 'main.m4s', 1999, 5480)).toEqual(['playlist reaches beyond its media']);
    expect(playlistFaults(playlist('#EXT-X-BYTERANGE:500@1400'), 'main.m4s', 2000, 5480)).toEqual(['playlist leaves out or repeats bytes']);
    expect(playlistFaults(playlist(), 'other.m4s', 2000, 5480)).toEqual(['playlist names another file']);
    expect(playlistFaults(playlist(), 'main.m4s', 2000, 9480)).toEqual(['playlist lasts 5480 ms']);
    expect(playlistFaults(playlist().replace('4.000000', '6.000000'), 'main.m4s', 2000, 7480)).toEqual(['segments are not of 4 s']);
    expect(playlistFaults(playlist().replace('#EXT-X-ENDLIST', ''), 'main.m4s', 2000, 5480)).toEqual(['playlist is not finished']);
  });
});

describe('what filters note', () => {
  const noted = parseMetadata('frame:1 pts:1\nlavfi.black_start=1.2\nframe:2\nlavfi.black_end=3\nlavfi.r128.M=nan\nlavfi.black_start=5\n');
  it('is read, silence too', () => expect(valuesOf(noted, 'r128.M')).toEqual([-Infinity]));
  it('becomes stretches, an open one to the end, within what is allowed', () => {
    expect(blackStretches(noted, 6000)).toEqual([{ fromMs: 1200, toMs: 3000 }, { fromMs: 5000, toMs: 6000 }]);
    expect(clipped(blackStretches(noted, 6000), [{ fromMs: 2000, toMs: 5500 }], 1000)).toEqual([{ fromMs: 2000, toMs: 3000 }]);
  });
});

describe('a part of a unit', () => {
  const chunks = [0, 1, 2].map((index) => ({ folder: `c${index}`, frames: index < 2 ? 1500 : 300, sound: { first: 0, end: 1 } }));
  const spans = chunkSpans({ chunks, fromFrame: 1000, toFrame: 3300 });
  it('is cut within chunks where it must be', () => {
    expect(spans.map(({ from, to }) => [from, to])).toEqual([[1000, 1500], [0, 1500], [0, 300]]);
    expect(concatList(spans.slice(0, 2), 'main.mp4')).toBe(
      "ffconcat version 1.0\nfile 'c0/main.mp4'\ninpoint 40.000000\nduration 20.000000\nfile 'c1/main.mp4'\nduration 60.000000\n");
  });
  it('takes the small picture at its moment or the last one before', () => {
    expect(picturePlaces(spans, 2300).map(({ folder, index }) => `${folder} ${index}`)).toEqual(
      ['c0 4', 'c0 5', 'c1 0', 'c1 1', 'c1 2', 'c1 3', 'c1 4', 'c1 5', 'c2 0', 'c2 1']);
  });
  it('has chapters that end where the next begins, those outside left out', () => {
    const text = chapterText([{ atMs: 5000, kind: 'quiz', label: 'a=b' }, { atMs: 0, kind: 'start', label: '' }, { atMs: 99_000, kind: 'stage', label: '' }], 92_000);
    expect(text).toBe(';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=5000\ntitle=开始 Start\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=5000\nEND=92000\ntitle=a\\=b\n');
  });
});
