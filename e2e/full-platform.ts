// Rows of a platform that is full and in trouble: many nodes, 120 live lessons, a recording in danger, people refused.
import { demoCohort } from '#db/demo.ts';
import { newId } from '#domain/id.ts';
import type { SignalingReport } from '#contracts/operator.ts';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { Cohort } from '#db/entities/people.ts';
import { Recording, RecordingChunk } from '#db/entities/recording.ts';
import type { Orm } from '#db/orm.ts';
import { rttEdgesMs, spanEdgesMs } from '#runtime/metrics-window.ts';

const lessons = 120;
const nodes = 24;
const subjects = ['电焊工安全操作', '高处作业防护', '叉车驾驶', '养老护理员 中级', '家政服务 入门', '低压电工 实操', '消防设施操作', '保育师 基础'];

async function addNodes(orm: Orm): Promise<void> {
  for (let index = 2; index <= nodes + 1; index++) {
    const full = index === 5;
    const share = full ? 1 : (index % 9) / 10;
    const load = {
      workers: Array.from({ length: 8 }, (_, pid) => ({ pid, cpuPercent: 8 + share * 55 + pid, consumers: Math.round(share * 900) })),
      egressBitsPerSecond: share * 2.4e9, seats: Math.round(share * 2400), rooms: 5, full, draining: index === 7,
      figures: { rttCounts: rttEdgesMs.map((edge) => (edge === 25 ? 90 : edge === 100 ? 10 : 0)).concat(0), lossShare: 0.002, diskFreeBytes: 6e11 },
    };
    // Heard of in an hour: nobody registers for these.
    const heard = index === 4 ? `now() - interval '75 seconds'` : `now() + interval '1 hour'`;
    await orm.em.fork().execute(
      `insert into media_node (id, boot_id, control_url, capacity, load, draining, heard_at) values (?, 'boot', 'http://127.0.0.1:9', ?::jsonb, ?::jsonb, ?, ${heard})`,
      [`sfu-${index}`, JSON.stringify({ workers: 8, streamsPerWorker: 900, egressMbps: 3000 }), JSON.stringify(load), load.draining]);
  }
}

async function addLessons(orm: Orm): Promise<string[]> {
  const em = orm.em.fork();
  const cohort = await em.findOneOrFail(Cohort, { title: demoCohort }, { orderBy: { id: 'asc' } });
  const { institutionId } = cohort;
  const ids: string[] = [];
  for (let index = 0; index < lessons; index++) {
    const [lessonId, sessionId, unitId, recordingId] = [newId(), newId(), newId(), newId()];
    const startedAt = new Date(Date.now() - (2 + index % 3) * 60_000);
    const at = { institutionId, lessonId };
    await em.insert(Lesson, {
      id: lessonId, institutionId, cohortId: cohort.id, title: `${subjects[index % subjects.length]} 第${index + 1}课`, startsAt: startedAt, plannedMinutes: 90,
      recorded: index % 10 !== 9, status: 'live', cancelReason: null, createdAt: startedAt,
    });
    await em.insert(LessonSession, { id: sessionId, ...at, roomId: lessonId, leadPersonId: null, checkSeed: 'ab', checkSeedHash: 'cd', startedAt, endedAt: null, endReason: null });
    await em.insert(Unit, { id: unitId, ...at, ordinal: 1, plannedStartAt: startedAt, plannedMinutes: 45, startedAt, endedAt: null });
    if (index % 10 !== 9) await em.insert(Recording, { id: recordingId, ...at, sessionId, status: 'recording', createdAt: startedAt });
    if (index % 10 !== 9 && index !== 3) {
      const frames = Math.floor((Date.now() - startedAt.getTime()) / 60_000) * 1500;
      await em.insert(RecordingChunk, { id: newId(), institutionId, recordingId, unitId, ordinal: 0, startsAt: startedAt, frames, facts: {}, composedMs: 900, createdAt: startedAt });
    }
    ids.push(lessonId);
  }
  return ids;
}

/** Stays full for an hour. */
export async function fillPlatform(orm: Orm): Promise<void> {
  const [inDanger, ...others] = await addLessons(orm);
  await addNodes(orm);
  const joinCounts = spanEdgesMs.map((edge) => (edge === 1000 ? 1800 : edge === 2000 ? 190 : edge === 5000 ? 10 : 0)).concat(0);
  const report: SignalingReport = {
    loopDelayMs: 340, sockets: 9800, seats: 9650, diskFreeBytes: 8e11, joinCounts, firstFrameCounts: joinCounts, answerCounts: spanEdgesMs.map((edge) => (edge === 25 ? 8600 : 0)).concat(0),
    refused: { media_full: 12, internal: 1 }, troubles: [{ lessonId: inDanger!, troubles: ['disk_full', 'capture_silent'] }, ...others.slice(0, 5).map((lessonId) => ({ lessonId, troubles: ['disk_low' as const] }))],
  };
  const add = (role: string, host: string, said: object, heard: string) => orm.em.fork().execute(
    `insert into process_report (id, role, host, pid, report, heard_at) values (?, ?, ?, 4121, ?::jsonb, ${heard})`, [newId(), role, host, JSON.stringify(said)]);
  await add('signaling', 'front-2', report, `now() + interval '1 hour'`);
  await add('worker', 'media-7', { loopDelayMs: 3, diskFreeBytes: 2.1e9, copyFreeBytes: 4e12, faces: true }, `now() + interval '1 hour'`);
  await add('worker', 'media-8', { loopDelayMs: 3, diskFreeBytes: 4e11, copyFreeBytes: null, faces: true }, `now() - interval '95 seconds'`);
}
