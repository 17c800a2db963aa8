// Segment files and recordings for tests of what keeps them: real frames, no media.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bootCaptureDirectory, segmentFile } from '#contracts/places.ts';
import { encodeFrame, encodeJsonFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { newId } from '#domain/id.ts';
import { Recording } from '#db/entities/recording.ts';
import type { Orm } from '#db/orm.ts';
import type { SchoolLesson } from '#db/testing/school.ts';

/** `roomId` is the lesson's where left out: the class's room. */
export interface RawPlace { lessonId: string; sessionId: string; roomId?: string; nodeBoot: string; producerId: string }

/** `packets` packets 20 ms apart, the first one 100 ms after `startWallMs`; answers the path relative to `dataDir`. */
export async function writeSegment(dataDir: string, place: RawPlace, ordinal: number, startWallMs: number, packets: number, name = segmentFile(ordinal)): Promise<string> {
  const { lessonId, sessionId, roomId = lessonId, nodeBoot, producerId } = place;
  const header: CaptureHeader = {
    version: 1, lessonId, sessionId, roomId, nodeId: 'node', bootId: nodeBoot, producerId, peerId: newId(), source: 'microphone', kind: 'audio',
    segment: ordinal, mimeType: 'audio/opus', clockRate: 48_000, payloadType: 100, encodings: [{ ssrc: 1 }], startWallMs,
  };
  const rtp = Array.from({ length: packets }, (_, index) => encodeFrame(frameTypes.rtp, 100_000 + index * 20_000, Buffer.from(`packet ${ordinal} ${index} ${'x'.repeat(160)}`)));
  const path = `${bootCaptureDirectory(lessonId, sessionId, roomId, nodeBoot)}/${producerId}/${name}`;
  await mkdir(dirname(join(dataDir, path)), { recursive: true });
  await writeFile(join(dataDir, path), Buffer.concat([
    encodeJsonFrame(frameTypes.header, 0, header), encodeJsonFrame(frameTypes.event, 0, { type: 'opened' }), ...rtp,
  ]));
  return path;
}

export async function addRecording(orm: Orm, lesson: SchoolLesson, status: 'recording' | 'processing' | 'ready' | 'failed', now: Date): Promise<string> {
  const id = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  await orm.em.fork().insert(Recording, {
    id, institutionId, lessonId, sessionId: sessionId!, status, progress: null, secondsLeft: null, failReason: null, createdAt: now, settledAt: null,
  });
  return id;
}
