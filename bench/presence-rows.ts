// Learners of one lesson as rows, reckoned the way the product does it: facts read from PostgreSQL batch by batch, in a process of its own so that its memory is its own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { migrate, openDatabase, type EntityManager, type Orm } from '#db/orm.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { ensureDatabase } from '../setup/databases.ts';
import { startPostgres } from '../setup/embedded-postgres.ts';
import { lessonSeconds, madeLesson, madeRandom, type MadeLesson } from './presence-made.ts';
import { inFolder } from './product-world.ts';

const startMs = Date.parse('2026-03-02T01:00:00Z');
const at = (second: number): Date => new Date(startMs + second * 1000);
const madeAtOnce = 250;

export interface RowsTask { url: string; lessonId: string }
export interface RowsCounts { learners: number; seconds: number; cpuSeconds: number; creditedMs: number; peakBytes: number }

type Columns = Record<string, (string | number | null)[]>;
const array = (values: readonly (string | number | null)[]): string => `{${values.map((value) => value ?? 'null').join(',')}}`;
/** One row for each place of the columns; `select` names them, and what is the same in all. */
const insert = (em: EntityManager, into: string, columns: Columns, types: string, select: string): Promise<unknown> =>
  em.execute(`insert into ${into} select ${select} from unnest(${types.split(' ').map((type) => `?::${type}[]`).join(', ')}) as v(${Object.keys(columns).join(', ')})`, Object.values(columns).map(array));

const time = (column: string): string => `to_timestamp(v.${column} / 1000.0)`;

/** What a server would have stored of some learners. */
async function store(em: EntityManager, { institutionId, lessonId, sessionId, cohortId }: SchoolLesson & { cohortId: string }, learners: readonly { personId: string; made: MadeLesson }[]): Promise<void> {
  const people = { id: learners.map(({ personId }) => personId) };
  await insert(em, 'person (id, name, created_at)', people, 'uuid', `v.id, '学员', now()`);
  await insert(em, 'enrolment (id, institution_id, cohort_id, person_id, created_at)', people, 'uuid', `v.id, '${institutionId}', '${cohortId}', v.id, ${`to_timestamp(${startMs / 1000 - 86_400})`}`);
  const seats = learners.flatMap(({ personId, made }) => made.facts.seats.map((seat) => ({ ...seat, personId, id: newId(), own: `${personId} ${seat.connectionId}` })));
  const idOf = new Map(seats.map(({ own, id }) => [own, id]));
  // Whose end nobody wrote are closed by the next seat in the product; here they stay open only where that is allowed: once for each learner.
  const open = new Map(seats.filter(({ leftMs }) => leftMs === null).map((seat) => [seat.personId, seat.id]));
  const ended = (seat: (typeof seats)[number]): number | null => seat.leftMs ?? (open.get(seat.personId) === seat.id ? null : seat.lastSeenMs + 60_000);
  await insert(em, 'connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at, left_at, left_reason)', {
    id: seats.map(({ id }) => id), person: seats.map(({ personId }) => personId), came: seats.map(({ connectedMs }) => connectedMs), seen: seats.map(({ lastSeenMs }) => lastSeenMs),
    gone: seats.map(ended), why: seats.map((seat) => seat.leftReason ?? (ended(seat) === null ? null : 'lease_expired')),
  }, 'uuid uuid float8 float8 float8 text', `v.id, '${institutionId}', '${lessonId}', '${sessionId}', v.person, 'student', 'made', ${time('came')}, ${time('seen')}, ${time('gone')}, v.why`);
  const observed = learners.flatMap(({ personId, made }) => made.facts.observed.map((one) => ({ ...one, personId, seat: idOf.get(`${personId} ${one.connectionId}`)! })));
  await insert(em, 'observation (id, institution_id, lesson_id, connection_id, person_id, type, at)', {
    id: observed.map(() => newId()), seat: observed.map(({ seat }) => seat), person: observed.map(({ personId }) => personId), type: observed.map(({ type }) => type), at: observed.map(({ atMs }) => atMs),
  }, 'uuid uuid uuid text float8', `v.id, '${institutionId}', '${lessonId}', v.seat, v.person, v.type, ${time('at')}`);
  const checks = learners.flatMap(({ personId, made }) => made.facts.checks.map((check) => ({ ...check, personId })));
  await insert(em, 'face_check (id, institution_id, lesson_id, session_id, person_id, kind, status, due_at, window_ms, asked_at, deadline_at, answered_at, settled_at, verdict, refusals)', {
    id: checks.map(() => newId()), person: checks.map(({ personId }) => personId), asked: checks.map(({ askedMs }) => askedMs), late: checks.map(({ deadlineMs }) => deadlineMs),
    answered: checks.map(({ answeredMs }) => answeredMs), verdict: checks.map(({ verdict }) => verdict),
  }, 'uuid uuid float8 float8 float8 text', `v.id, '${institutionId}', '${lessonId}', '${sessionId}', v.person, 'spot', 'settled', ${time('asked')}, 60000, ${time('asked')}, ${time('late')}, ${time('answered')}, ${time('late')}, v.verdict, 0`);
}

async function fill(orm: Orm, learners: number): Promise<string> {
  const school = await addSchool(orm, 0, at(-86_400));
  const lesson = await addLesson(orm, school, { startsAt: at(0), plannedMinutes: lessonSeconds / 60, status: 'ended', startedAt: at(0), endedAt: at(lessonSeconds) });
  for (let first = 0; first < learners; first += madeAtOnce) {
    const some = Array.from({ length: Math.min(madeAtOnce, learners - first) }, (_, index) => ({ personId: newId(), made: madeLesson(madeRandom(first + index), startMs) }));
    await store(orm.em.fork(), { ...lesson, cohortId: school.cohortId }, some);
  }
  await orm.em.fork().execute('analyze');
  return lesson.lessonId;
}

async function read(task: RowsTask): Promise<RowsCounts> {
  const child = fork(join(import.meta.dirname, 'presence-reader.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answered = once(child, 'message') as Promise<[RowsCounts]>;
  const gone = once(child, 'exit').then(([code]) => { throw new Error(`the reading process ended with ${code}`); });
  gone.catch(() => undefined);
  child.send(task);
  return (await Promise.race([answered, gone]))[0];
}

/** Fills a database of its own and reckons the whole lesson from it. */
export const measureRows = (learners: number): Promise<Record<string, unknown>> => inFolder(async (dataDir) => {
  const postgres = await startPostgres({ dataDir, port: await freePort(), log: () => undefined, durable: false });
  try {
    const url = await ensureDatabase(postgres.url, 'keshi');
    await migrate(url);
    const orm = await openDatabase(url);
    const lessonId = await fill(orm, learners).finally(() => orm.close());
    const { seconds, cpuSeconds, peakBytes, learners: reckoned, creditedMs } = await read({ url, lessonId });
    return {
      fromRows: {
        learners: reckoned, lessons: 1, seconds: Math.round(seconds * 100) / 100, learnersPerSecond: Math.round(reckoned / seconds), cpuSeconds: Math.round(cpuSeconds * 100) / 100,
        peakMb: Math.round(peakBytes / 1e6), creditedHours: Math.round(creditedMs / 3_600_000),
      },
    };
  } finally {
    await postgres.stop();
  }
});
