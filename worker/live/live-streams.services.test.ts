// Broadcasts as rows: who gets one that is wanted, who keeps it, and how it ends; on the real database, without media.
import { mkdtemp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { liveStreamKey } from '#contracts/places.ts';
import { LiveStream } from '#db/entities/media.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { streamFolder } from './broadcast.ts';
import { firstState, writeState } from './broadcast-state.ts';
import { WorkerFigures } from '../metrics.ts';
import { LiveStreams } from './live-streams.ts';
import { slid } from './playlist.ts';
import { claim, end, fail, keep, noteSegments, openStreams, release, takeUncleaned } from './stream-rows.ts';

let db: TestDatabase;
let dataDir: string;
let streamId: string;
const open: LiveStreams[] = [];
const now = new Date();

beforeAll(async () => {
  db = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'live-'));
});
beforeEach(async () => { streamId = await wanted(); });
afterEach(async () => {
  await Promise.all(open.splice(0).map((streams) => streams.close()));
  await db.orm.em.fork().execute('delete from live_stream');
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function wanted(): Promise<string> {
  const school = await addSchool(db.orm, 1, now);
  const { institutionId, sessionId } = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'live', startedAt: now });
  const id = newId();
  await db.orm.em.fork().execute('insert into live_stream (id, institution_id, session_id, wanted_at) values (?, ?, ?, now())', [id, institutionId, sessionId]);
  return id;
}
const row = (id = streamId): Promise<LiveStream> => db.orm.em.fork().findOneOrFail(LiveStream, { id });
const change = (values: string, id = streamId): Promise<unknown> => db.orm.em.fork().execute(`update live_stream set ${values} where id = ?`, [id]);
const seen = async () => (await openStreams(db.orm)).find(({ id }) => id === streamId);

describe('a claim', () => {
  it('goes to one of many, and to nobody while that one lives', async () => {
    const won = await Promise.all(['a', 'b', 'c', 'd'].map((worker) => claim(db.orm, streamId, worker)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await claim(db.orm, streamId, 'e')).toBe(false);
    expect(await seen()).toMatchObject({ status: 'running', free: false });
  });

  it('passes to another when its owner gave no sign of life; the late owner changes nothing', async () => {
    await claim(db.orm, streamId, 'a');
    expect(await noteSegments(db.orm, streamId, 'a', 3, 41)).toBe(true);
    await change("heard_at = now() - interval '9 seconds'");
    expect(await seen()).toMatchObject({ free: true, segments: 3, costPercent: 41 });
    expect(await claim(db.orm, streamId, 'b')).toBe(true);
    for (const late of [keep(db.orm, streamId, 'a'), noteSegments(db.orm, streamId, 'a', 9, 1), release(db.orm, streamId, 'a'), end(db.orm, streamId, 'a'), fail(db.orm, streamId, 'a', 'internal')]) expect(await late).toBe(false);
    expect(await row()).toMatchObject({ status: 'running', claimedBy: 'b', segments: 3 });
  });

  it('handed back is free at once', async () => {
    await claim(db.orm, streamId, 'a');
    await release(db.orm, streamId, 'a');
    expect(await claim(db.orm, streamId, 'b')).toBe(true);
  });
});

const start = async (more: { most?: number; busy?: number; ffmpegBin?: string; onFailed?: () => void } = {}): Promise<LiveStreams> => {
  const streams = await LiveStreams.create({
    orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(dataDir, 'files')), dataDir, ffmpegBin: more.ffmpegBin ?? '/nowhere/ffmpeg', now: () => new Date(),
    most: more.most ?? 1, onFailed: more.onFailed, busyShare: () => Promise.resolve(more.busy ?? 0),
  });
  open.push(streams);
  return streams;
};

describe('a worker', () => {
  it('does not begin one on a busy machine, and says why', async () => {
    await start({ busy: 0.7 });
    await expect.poll(async () => (await row()).waitReason).toBe('busy');
    expect((await row()).status).toBe('wanted');
  });

  it('composes no more than it may, and takes the next one when there is room', async () => {
    const other = await wanted();
    const streams = await start();
    const states = async () => (await Promise.all([row(), row(other)])).map(({ status, waitReason }) => `${status} ${waitReason}`).sort();
    await expect.poll(states).toEqual(['running null', 'wanted full']);
    expect(streams.figures).toHaveLength(1);
    await streams.close();
    expect((await row()).status).toBe('wanted');
    await start({ most: 2 });
    await expect.poll(states, { timeout: 5000 }).toEqual(['running null', 'running null']);
  });

  it('looks at none where it may compose none', async () => {
    const streams = await start({ most: 0 });
    await streams.close();
    expect(await row()).toMatchObject({ status: 'wanted', waitReason: null });
  });

  it('ends one that nobody asks for any more, its own or nobody’s', async () => {
    const streams = await start();
    await expect.poll(async () => (await row()).status).toBe('running');
    await change("wanted_at = now() - interval '61 seconds'");
    await expect.poll(async () => (await row()).status, { timeout: 5000 }).toBe('ended');
    await expect.poll(() => streams.figures).toEqual([]);
    const other = await wanted();
    await change("wanted_at = now() - interval '61 seconds'", other);
    await expect.poll(async () => (await row(other)).status, { timeout: 5000 }).toBe('ended');
  });

  it('says that one failed which cannot be composed', async () => {
    await db.orm.em.fork().execute("update lesson_session set started_at = now() - interval '1 minute'");
    const figures = WorkerFigures.create(createLog('test', 'silent'));
    await start({ onFailed: figures.onBroadcastFailed });
    await expect.poll(async () => (await row()).status, { timeout: 20_000 }).toBe('failed');
    expect(await figures.metrics.text()).toMatch(/^keshi_worker_broadcasts_failed_total 1$/m);
    expect(await row()).toMatchObject({ failReason: 'internal', claimedBy: expect.any(String) as string });
  });

  it('gives up what was listed before one that is wanted anew much later', async () => {
    const storage = folderStorage(join(dataDir, 'files'));
    const list = liveStreamKey(streamId, 'playlist.m3u8');
    await storage.putBytes(list, Buffer.from('#EXTM3U\n'));
    const folder = streamFolder(dataDir, streamId);
    await mkdir(folder, { recursive: true });
    const state = firstState(3, Date.now() - 120_000);
    await writeState(folder, { ...state, window: slid(state.window, { number: 2, fromMs: state.startMs - 4000, jump: true }).window });
    await change('segments = 3');
    await start();
    await expect.poll(() => storage.stat(list)).toBeNull();
  });

  it('removes all files of one that has been over for some minutes, once', async () => {
    const storage = folderStorage(join(dataDir, 'files'));
    const names = ['playlist.m3u8', '4.ts', '15.ts'];
    for (const name of names) await storage.putBytes(liveStreamKey(streamId, name), Buffer.from('x'));
    const state = join(streamFolder(dataDir, streamId), 'state.json');
    await mkdir(dirname(state), { recursive: true });
    await writeFile(state, '{}');
    await change("status = 'ended', segments = 16, ended_at = now() - interval '6 minutes'");
    await start();
    await expect.poll(async () => Promise.all(names.map((name) => storage.stat(liveStreamKey(streamId, name))))).toEqual([null, null, null]);
    await expect.poll(() => stat(state).catch(() => null)).toBeNull();
    expect(await takeUncleaned(db.orm)).toEqual([]);
  });
});
