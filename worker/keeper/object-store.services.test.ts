// The second copy of sealed segments in a real object store: made, verified after it was written, waited for while the store is away, brought back.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { segmentCopyKey } from '#contracts/places.ts';
import { CaptureSegment } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { ObjectStore } from '#runtime/object-store.ts';
import { objectStorage } from '#runtime/object-storage.ts';
import { faultyLine, type FaultyLine } from '#testing/faulty-line.ts';
import { objectStoreThere, startObjectStore, type ObjectStoreServer } from '#testing/object-store.ts';
import { addRecording, writeSegment, type RawPlace } from '../testing/raw-segments.ts';
import { CaptureKeeper } from './capture-keeper.ts';
import { copySegment, restoreMissing } from './copies.ts';
import type { KeeperDeps } from './deps.ts';
import { verifySegments } from './verify-segments.ts';

const start = new Date('2026-03-02T02:00:00.000Z');

describe.skipIf(!objectStoreThere)('copies in an object store', () => {
  let db: TestDatabase;
  let folder: string;
  let server: ObjectStoreServer;
  let line: FaultyLine;
  let store: ObjectStore;
  let deps: KeeperDeps;
  let recordingId: string;
  let place: RawPlace;

  beforeAll(async () => { server = await startObjectStore(); });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    db = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'keeper-store-'));
    line = await faultyLine(server.port);
    store = await ObjectStore.open({ ...server.settings, endpoint: line.url }, createLog('test', 'silent'), { connectMs: 2_000, silentMs: 5_000, requestMs: 10_000, tries: 2 });
    deps = { orm: db.orm, log: createLog('test', 'silent'), dataDir: folder, copies: objectStorage(store, 'capture-copy'), now: () => start };
    const lesson = await addLesson(db.orm, await addSchool(db.orm, 0, start), { startsAt: start, plannedMinutes: 45, status: 'live', startedAt: start });
    recordingId = await addRecording(db.orm, lesson, 'recording', start);
    place = { lessonId: lesson.lessonId, sessionId: lesson.sessionId!, nodeBoot: `node-${newId()}`, producerId: newId() };
  });
  afterEach(async () => {
    store.close();
    await line.close();
    await db.close();
    await rm(folder, { recursive: true, force: true });
  });
  const rows = () => db.orm.em.fork().find(CaptureSegment, { recordingId }, { orderBy: { path: 'asc' } });

  it('wait while the store answers 503 and are made when it is back; what is lost comes back from them', async () => {
    line.fail({ of: (method) => method === 'PUT', times: Infinity, status: 503 });
    const path = await writeSegment(folder, place, 1, start.getTime(), 20);
    const bytes = await readFile(join(folder, path));
    const keeper = await CaptureKeeper.create(deps, 30);
    try {
      await vi.waitFor(() => expect(line.asked.filter((asked) => asked.startsWith('PUT')).length).toBeGreaterThan(2), { timeout: 15_000 });
      expect((await rows()).map(({ copiedAt }) => copiedAt)).toEqual([null]);
      line.heal();
      await vi.waitFor(async () => expect((await rows())[0]!.copiedAt).toEqual(start), { timeout: 15_000 });
    } finally {
      await keeper.close();
    }
    expect((await verifySegments(deps, recordingId)).map(({ where, state }) => `${where} ${state}`)).toEqual(['data ok', 'copy ok']);
    await rm(join(folder, path));
    expect(await restoreMissing(deps, recordingId)).toBe(1);
    expect((await readFile(join(folder, path))).equals(bytes)).toBe(true);
  });

  it('count only when what came back is what was sealed', async () => {
    const path = await writeSegment(folder, place, 1, start.getTime(), 20);
    const keeper = await CaptureKeeper.create({ ...deps, copies: objectStorage(store, 'elsewhere') }, 30);
    await vi.waitFor(async () => expect(await rows()).toHaveLength(1), { timeout: 15_000 });
    await keeper.close();
    const row = (await rows())[0]!;
    await db.orm.em.fork().nativeUpdate(CaptureSegment, { id: row.id }, { copiedAt: null });
    // The store takes the bytes, and gives back others: a second writer comes between.
    const other = { ...deps.copies, putBytes: (key: string, bytes: Uint8Array) => deps.copies.putBytes(key, bytes.subarray(1)) };
    await expect(copySegment({ ...deps, copies: other }, row)).rejects.toThrow('the copy is not what was written');
    expect((await rows())[0]!.copiedAt).toBeNull();
    expect(await copySegment(deps, row)).toBe(true);
    expect((await deps.copies.read(segmentCopyKey(path))).equals(await readFile(join(folder, path)))).toBe(true);
  });
});
