// The best layer at every instant, and what happens in holes, pauses and after the end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frame, frames, videoTrack } from '../testing/tracks.ts';
import { framesFor } from '../compose/intermediate.ts';
import { pictureLosses, piecesOf } from './pieces.ts';

const low = { width: 320, height: 180 };
const summary = (track: Parameters<typeof piecesOf>[0]) => piecesOf(track).map((piece) => [piece.layer, piece.fromMs, piece.toMs]);

describe('pieces', () => {
  it('one camera is one piece to its close', () => expect(summary(videoTrack('camera', 0, 5000, [frames(0, 5000)]))).toEqual([[0, 0, 5000]]));

  it('fills a hole of the top layer from the one below and goes back up', () => {
    const track = videoTrack('camera', 0, 10_000, [frames(0, 10_000, low), [...frames(0, 4000), ...frames(6000, 10_000)]]);
    expect(summary(track)).toEqual([[1, 0, 4000], [0, 4000, 6000], [1, 6000, 10_000]]);
  });

  it('does not leave the top layer for a short hole', () => {
    const track = videoTrack('camera', 0, 4000, [frames(0, 4000, low), [...frames(0, 2000), ...frames(2120, 4000)]]);
    expect(summary(track)).toEqual([[1, 0, 4000]]);
  });

  it('fills what would be seen as a standing picture', () => {
    const track = videoTrack('camera', 0, 4000, [frames(0, 4000, low), [...frames(0, 2000), ...frames(2400, 4000)]]);
    expect(summary(track)).toEqual([[1, 0, 2000], [0, 2000, 2400], [1, 2400, 4000]]);
  });

  it('fills short holes now and then, not each of many', () => {
    const top = Array.from({ length: 40 }, (_, index) => frame(index * 250, { key: index === 0 }));
    const fills = piecesOf(videoTrack('camera', 0, 10_000, [frames(0, 10_000, low), top])).filter((piece) => piece.layer === 0 && piece.toMs < 9500);
    expect(fills.length).toBeGreaterThan(2);
    expect(fills.length).toBeLessThanOrEqual(5);
  });

  it('fills a short hole soon after one that no layer could fill', () => {
    const stopped = (items: ReturnType<typeof frames>) => items.filter(({ ms }) => ms <= 1000 || ms >= 1240);
    const layers = [stopped(frames(0, 5000, low)), stopped([...frames(0, 2520), ...frames(2760, 5000)])];
    expect(summary(videoTrack('camera', 0, 5000, layers))).toEqual([[1, 0, 2520], [0, 2520, 2760], [1, 2760, 5000]]);
  });

  it('splits where the size changes', () => {
    const track = videoTrack('screen', 0, 4000, [[...frames(0, 2000), ...frames(2000, 4000, { width: 800, height: 600 })]]);
    expect(piecesOf(track).map((piece) => [piece.fromMs, piece.toMs, piece.width])).toEqual([[0, 2000, 1280], [2000, 4000, 800]]);
  });

  it('takes a camera out two seconds after its last frame; a screen stands', () => {
    const items = [...frames(0, 1000), ...frames(8000, 9000)];
    expect(summary(videoTrack('camera', 0, 20_000, [items]))).toEqual([[0, 0, 2960], [0, 8000, 10_960]]);
    expect(summary(videoTrack('screen', 0, 20_000, [items]))).toEqual([[0, 0, 20_000]]);
  });

  it('shows nothing while paused', () => {
    const track = videoTrack('screen', 0, 9000, [frames(0, 9000)], { paused: [{ fromMs: 3000, toMs: 5000 }] });
    expect(summary(track)).toEqual([[0, 0, 3000], [0, 5000, 9000]]);
  });

  it('gives the decoder frames from the key frame before, and holds the last one', () => {
    const [piece] = piecesOf(videoTrack('screen', 0, 60_000, [[frame(0, { key: true }), frame(1000), frame(5000), frame(30_000)]]));
    const times = (fromMs: number, toMs: number) => framesFor(piece!, fromMs, toMs).map((shown) => shown.ms);
    expect(times(6000, 8000)).toEqual([0, 1000, 5000]);
    expect(times(5000, 40_000)).toEqual([0, 1000, 5000, 30_000]);
    expect(times(50_000, 60_000)).toEqual([0, 1000, 5000, 30_000]);
  });

  it('reports a loss only where nothing else could be shown', () => {
    const top = [...frames(0, 2000), ...frames(5000, 8000).map((shown, index) => ({ ...shown, afterLoss: index === 0 }))];
    expect(pictureLosses(videoTrack('camera', 0, 8000, [top]))).toEqual([{ fromMs: 1960, toMs: 5000 }]);
    expect(pictureLosses(videoTrack('camera', 0, 8000, [frames(0, 8000, low), top]))).toEqual([]);
    expect(pictureLosses(videoTrack('screen', 0, 8000, [[frame(0, { key: true }), frame(6000)]]))).toEqual([]);
  });

  it('pieces never overlap and every frame shown lies in its piece', () => {
    const chunk = fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }));
    const layer = fc.array(chunk, { minLength: 1, maxLength: 5 }).map((chunks) => {
      let at = 0;
      return chunks.flatMap(([hole, length]) => {
        const made = frames(at + hole, at + hole + length + 40);
        at += hole + length + 80;
        return made;
      });
    });
    fc.assert(fc.property(fc.array(layer, { minLength: 1, maxLength: 3 }), (layers) => {
      const pieces = piecesOf(videoTrack('camera', 0, 60_000, layers));
      for (const [index, piece] of pieces.entries()) {
        expect(piece.toMs).toBeGreaterThan(piece.fromMs);
        expect(piece.fromMs).toBeGreaterThanOrEqual(pieces[index - 1]?.toMs ?? -Infinity);
        const shown = framesFor(piece, piece.fromMs, piece.toMs);
        expect(shown[0]!.key).toBe(true);
      }
    }));
  });
});
