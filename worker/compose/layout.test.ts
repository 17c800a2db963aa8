// What stands where, and that spans cover every frame of a unit exactly once.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordingLayouts } from '#domain/recording/layout.ts';
import { frames, videoTrack } from '../testing/tracks.ts';
import { gridOf } from './grid.ts';
import { arrange, arrangeBesidePage, canvas, layoutSpans } from './layout.ts';
import { piecesOf, type Piece } from '../recording/pieces.ts';

const camera = (peerId: string, openMs: number, closeMs: number): Piece[] =>
  piecesOf(videoTrack('camera', openMs, closeMs, [frames(openMs, closeMs)], { peerId, producerId: `${peerId}-${openMs}` }));
const screen = (openMs: number, closeMs: number): Piece[] => piecesOf(videoTrack('screen', openMs, closeMs, [frames(openMs, openMs + 80)], { peerId: 'teacher' }));
const documents = (openMs: number, closeMs: number): Piece[] => piecesOf(videoTrack('documentCamera', openMs, closeMs, [frames(openMs, openMs + 80)], { peerId: 'teacher' }));
const rank = (peerId: string): number => (peerId === 'teacher' ? 0 : 2);

describe('layout', () => {
  it('puts the camera into the corner of a screen', () => {
    expect(arrange([...camera('teacher', 0, 100), ...screen(0, 100)], rank).map(({ piece, box }) => [piece.track.source, box])).toEqual([
      ['screen', { x: 0, y: 0, width: 1280, height: 720 }], ['camera', { x: 944, y: 524, width: 320, height: 180 }],
    ]);
  });

  it('shows the document camera large, before a screen, which stays small behind the cameras', () => {
    const shape = (...live: Piece[][]) => arrange(live.flat(), rank).map(({ piece, box }) => [piece.track.source, box.width, box.y]);
    expect(shape(camera('teacher', 0, 100), documents(0, 100))).toEqual([['documentCamera', 1280, 0], ['camera', 320, 524]]);
    expect(shape(camera('teacher', 0, 100), documents(0, 100), screen(50, 100))).toEqual([['documentCamera', 1280, 0], ['camera', 256, 560], ['screen', 256, 400]]);
    expect(arrange([...camera('teacher', 0, 100), ...documents(0, 100)], rank, 'sideBySide').map(({ box }) => [box.x, box.width])).toEqual([[0, 960], [960, 320]]);
  });

  it('turns them round where the teacher wants the camera large, and only the lead’s', () => {
    const shape = (...live: Piece[][]) => arrange(live.flat(), rank, 'cameraLarge').map(({ piece, box }) => [piece.track.peerId, piece.track.source, box.width]);
    expect(shape(camera('teacher', 0, 100), documents(0, 100))).toEqual([['teacher', 'camera', 1280], ['teacher', 'documentCamera', 320]]);
    expect(shape(camera('guest', 0, 100), camera('teacher', 0, 100), screen(0, 100))).toEqual([['teacher', 'camera', 1280], ['teacher', 'screen', 256], ['guest', 'camera', 256]]);
    expect(shape(camera('guest', 0, 100), screen(0, 100))).toEqual([['teacher', 'screen', 1280], ['guest', 'camera', 320]]);
    expect(shape(screen(0, 100))).toEqual([['teacher', 'screen', 1280]]);
    expect(shape(camera('teacher', 0, 100))).toEqual([['teacher', 'camera', 1280]]);
  });

  it('gives a camera alone the whole picture and guests tiles beside it', () => {
    expect(arrange(camera('teacher', 0, 100), rank)[0]!.box).toEqual({ x: 0, y: 0, ...canvas });
    const tiles = arrange([...camera('guest', 0, 100), ...camera('teacher', 50, 100)], rank);
    expect(tiles.map(({ piece, box }) => [piece.track.peerId, box.x, box.width])).toEqual([['teacher', 0, 640], ['guest', 640, 640]]);
  });

  it('shows a slate when there is nothing', () => expect(arrange([], rank)).toEqual([]));

  it('shows the newer of two producers of one source', () => {
    expect(arrange([...camera('teacher', 0, 200), ...camera('teacher', 100, 200)], rank).map(({ piece }) => piece.track.openMs)).toEqual([100]);
  });

  it('keeps every tile inside the picture, however many guests', () => {
    for (let guests = 1; guests <= 12; guests++) {
      const cameras = Array.from({ length: guests }, (_, index) => camera(`guest-${index}`, index, 200)).flat();
      const shown = [cameras, [...cameras, ...screen(0, 200)], [...cameras, ...documents(0, 200), ...screen(0, 200)], [...cameras, ...camera('teacher', 0, 200), ...documents(0, 200)]];
      for (const [live, layout] of shown.flatMap((one) => recordingLayouts.map((layout) => [one, layout] as const))) {
        for (const { box } of arrange(live, rank, layout)) {
          expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= canvas.width && box.y + box.height <= canvas.height).toBe(true);
          expect([box.width % 2, box.height % 2]).toEqual([0, 0]);
        }
      }
    }
  });

  it('changes with what is live', () => {
    const spans = layoutSpans([...camera('teacher', 1000, 9000), ...screen(4000, 7000)], gridOf(0, 10_000), { rank, layouts: [] });
    expect(spans.map(({ fromFrame, toFrame, tiles }) => [fromFrame, toFrame, tiles.length])).toEqual([[0, 25, 0], [25, 100, 1], [100, 175, 2], [175, 225, 1], [225, 250, 0]]);
  });

  it('puts no camera over the screen where the teacher wants them side by side, however many', () => {
    for (let guests = 1; guests <= 6; guests++) {
      const cameras = Array.from({ length: guests }, (_, index) => camera(`guest-${index}`, index, 200)).flat();
      const [large, ...beside] = arrange([...cameras, ...screen(0, 200)], rank, 'sideBySide').map(({ box }) => box);
      expect(large).toEqual({ x: 0, y: 0, width: 960, height: 720 });
      expect(beside).toHaveLength(Math.min(guests, 4));
      for (const box of beside) expect(box.x >= 960 && box.x + box.width <= canvas.width && box.y >= 0 && box.y + box.height <= canvas.height).toBe(true);
    }
    expect(arrange(screen(0, 200), rank, 'sideBySide')[0]!.box).toEqual({ x: 0, y: 0, ...canvas });
  });

  it('changes with the teacher’s choice', () => {
    const spans = layoutSpans([...camera('teacher', 0, 9000), ...screen(0, 9000)], gridOf(1000, 9000), { rank, layouts: [{ atMs: 500, layout: 'sideBySide' }, { atMs: 3000, layout: 'inset' }] });
    expect(spans.map(({ fromFrame, toFrame, tiles }) => [fromFrame, toFrame, tiles[0]!.box.width])).toEqual([[0, 50, 960], [50, 200, 1280]]);
  });

  it('covers every frame once, whatever comes and goes', () => {
    const life = fc.record({ peer: fc.nat({ max: 4 }), from: fc.integer({ min: -5000, max: 20_000 }), length: fc.integer({ min: 1, max: 9000 }) });
    fc.assert(fc.property(fc.array(life, { maxLength: 12 }), fc.integer({ min: 40, max: 15_000 }), (lives, length) => {
      const grid = gridOf(1000, 1000 + length);
      const spans = layoutSpans(lives.flatMap(({ peer, from, length: long }) => camera(`p${peer}`, from, from + long)), grid, { rank, layouts: [] });
      expect(spans[0]!.fromFrame).toBe(0);
      expect(spans.at(-1)!.toFrame).toBe(grid.frames);
      for (const [index, span] of spans.entries()) {
        expect(span.toFrame).toBeGreaterThan(span.fromFrame);
        if (index > 0) expect(span.fromFrame).toBe(spans[index - 1]!.toFrame);
      }
    }));
  });

  it('gives a page the place of a screen and covers nothing of it, the lead’s camera first beside it', () => {
    const live = [...camera('guest', 0, 100), ...camera('teacher', 50, 100), ...screen(0, 100), ...documents(0, 100)];
    const { page, tiles } = arrangeBesidePage(live, rank);
    expect(tiles.map(({ piece: { track } }) => [track.peerId, track.source])).toEqual([['teacher', 'camera'], ['teacher', 'documentCamera'], ['guest', 'camera'], ['teacher', 'screen']]);
    for (const { box } of tiles) expect(box.x).toBeGreaterThanOrEqual(page.x + page.width);
    expect(arrangeBesidePage([], rank)).toEqual({ page: { x: 0, y: 0, ...canvas }, tiles: [] });
  });

  it('has the page large while it stands, whatever the teacher chose; turning it changes nothing of the layout', () => {
    for (const layout of recordingLayouts) {
      const pages = [{ fromMs: -500, toMs: 2000 }, { fromMs: 2000, toMs: 3000 }, { fromMs: 6000, toMs: 6050 }];
      const spans = layoutSpans([...camera('teacher', 0, 9000), ...screen(0, 9000)], gridOf(0, 9000), { rank, layouts: [{ atMs: 0, layout }], pages });
      expect(spans.map(({ fromFrame, toFrame, page }) => [fromFrame, toFrame, page?.width ?? null]), layout).toEqual([[0, 75, 960], [75, 225, null]]);
    }
  });
});
