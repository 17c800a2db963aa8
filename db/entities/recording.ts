// Recordings of sessions and the replays of units derived from them.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const Recording = defineEntity({
  name: 'Recording',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(),
    status: p.text().$type<'recording' | 'processing' | 'ready' | 'failed'>(), progress: p.double().nullable(),
    secondsLeft: p.integer().nullable(), failReason: p.text().nullable(), createdAt: p.datetime(), settledAt: p.datetime().nullable(),
  },
});
export const Replay = defineEntity({
  name: 'Replay',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), recordingId: p.uuid(), unitId: p.uuid(),
    status: p.text().$type<'processing' | 'ready' | 'failed'>(), failReason: p.text().nullable(),
    /** Server time of the file's first frame. */
    startsAt: p.datetime().nullable(), durationMs: p.integer().nullable(), sizeBytes: p.bigint('number').nullable(), sha256: p.text().nullable(),
    width: p.integer().nullable(), height: p.integer().nullable(),
    gaps: p.json().$type<{ fromMs: number; toMs: number; reason: string }[]>(),
    sync: p.json().$type<Record<string, number>>().nullable(), createdAt: p.datetime(), settledAt: p.datetime().nullable(),
  },
});
export const ReplayPosition = defineEntity({
  name: 'ReplayPosition',
  properties: { unitId: p.uuid().primary(), personId: p.uuid().primary(), positionMs: p.integer(), at: p.datetime() },
});
export type Recording = InferEntity<typeof Recording>;
export type Replay = InferEntity<typeof Replay>;
