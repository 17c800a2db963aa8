// Watching as a player does it: a viewing, its playlists, its pieces by link. Only what the rules allow is given out.
import { expect } from 'vitest';
import type { BrowserContext } from 'playwright-core';
import { replayRenditions, segmentMs, type ReplayPart, type ViewingStart } from '#contracts/replay.ts';

/** Begins to watch and takes the first piece of every rendition; a piece further ahead than a minute, and the whole file, are refused. */
export async function watches(learner: BrowserContext, unit: ReplayPart): Promise<void> {
  const { request } = learner;
  const started = await request.post(`/api/replays/${unit.replayId}/viewings`, { data: {} });
  expect(started.ok(), await started.text()).toBe(true);
  const viewing = await started.json() as ViewingStart;
  const master = await (await request.get(viewing.playlistUrl)).text();
  expect(master.match(/#EXT-X-STREAM-INF/g)?.length).toBeGreaterThanOrEqual(2);
  for (const rendition of replayRenditions) {
    const playlist = await (await request.get(`/api/viewings/${viewing.viewingId}/playlist/${rendition}`)).text();
    expect(playlist.match(/#EXTINF/g)).toHaveLength(Math.ceil(unit.durationMs! / segmentMs));
    const piece = await request.get(`/api/viewings/${viewing.viewingId}/segments/${rendition}/0`);
    expect(piece.status(), await piece.text()).toBe(200);
    expect((await piece.body()).length).toBeGreaterThan(1000);
  }
  expect((await request.get(`/api/replays/${unit.replayId}/files/unit.mp4`)).status()).toBe(403);
}
