// Opens the database: entities, migrations, and the unit of work every write stands in.
import { MikroORM, defineConfig, type EntityManager } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { Pool } from 'pg';
import { factChannel, type Fact } from '#contracts/facts.ts';
import { newId } from '#domain/id.ts';
import * as attachment from './entities/attachment.ts';
import * as institution from './entities/institution.ts';
import * as correction from './entities/correction.ts';
import * as client from './entities/client.ts';
import * as check from './entities/check.ts';
import * as course from './entities/course.ts';
import * as cohort from './entities/cohort.ts';
import * as courseware from './entities/courseware.ts';
import * as classroom from './entities/classroom.ts';
import * as companion from './entities/companion.ts';
import * as event from './entities/event.ts';
import * as film from './entities/film.ts';
import * as filmQuestion from './entities/film-question.ts';
import * as exam from './entities/exam.ts';
import * as identity from './entities/identity.ts';
import * as lesson from './entities/lesson.ts';
import * as makeUp from './entities/make-up.ts';
import * as media from './entities/media.ts';
import * as operation from './entities/operation.ts';
import * as people from './entities/people.ts';
import * as question from './entities/question.ts';
import * as privately from './entities/private.ts';
import * as breakout from './entities/breakout.ts';
import * as qa from './entities/qa.ts';
import * as recording from './entities/recording.ts';
import * as review from './entities/review.ts';
import * as timetable from './entities/timetable.ts';
import * as help from './entities/help.ts';
import * as certificate from './entities/certificate.ts';
import * as corner from './entities/corner.ts';
import * as invitation from './entities/invitation.ts';
import * as offline from './entities/offline.ts';
import * as inspection from './entities/inspection.ts';
import { Migration0001Foundation } from './migrations/0001-foundation.ts';
import { Migration0002ChunksAndViewings } from './migrations/0002-chunks-and-viewings.ts';
import { Migration0003Nodes } from './migrations/0003-nodes.ts';
import { Migration0004LiveStreamLease } from './migrations/0004-live-stream-lease.ts';
import { Migration0005ProcessReports } from './migrations/0005-process-reports.ts';
import { Migration0006RulePacks } from './migrations/0006-rule-packs.ts';
import { Migration0007Identity } from './migrations/0007-identity.ts';
import { Migration0008FaceApproval } from './migrations/0008-face-approval.ts';
import { Migration0009CheckAttempts } from './migrations/0009-check-attempts.ts';
import { Migration0010Signals } from './migrations/0010-signals.ts';
import { Migration0011MakeUp } from './migrations/0011-make-up.ts';
import { Migration0012QuestionBank } from './migrations/0012-question-bank.ts';
import { Migration0013QuizInClass } from './migrations/0013-quiz-in-class.ts';
import { Migration0014Talk } from './migrations/0014-talk.ts';
import { Migration0015Courseware } from './migrations/0015-courseware.ts';
import { Migration0017Room } from './migrations/0017-room.ts';
import { Migration0018Companion } from './migrations/0018-companion.ts';
import { Migration0019QuestionSetsLive } from './migrations/0019-question-sets-live.ts';
import { Migration0020FilmQuestions } from './migrations/0020-film-questions.ts';
import { Migration0021Exams } from './migrations/0021-exams.ts';
import { Migration0022Breakout } from './migrations/0022-breakout.ts';
import { Migration0023CoursewareInFilm } from './migrations/0023-courseware-in-film.ts';
import { Migration0024ReckoningAndWays } from './migrations/0024-reckoning-and-ways.ts';
import { Migration0025GroupRecordings } from './migrations/0025-group-recordings.ts';
import { Migration0026ClockWays } from './migrations/0026-clock-ways.ts';
import { Migration0027ExamAppeals } from './migrations/0027-exam-appeals.ts';
import { Migration0028Tenants } from './migrations/0028-tenants.ts';
import { Migration0029Institution } from './migrations/0029-institution.ts';
import { Migration0030CourseDossier } from './migrations/0030-course-dossier.ts';
import { Migration0031Cohorts } from './migrations/0031-cohorts.ts';
import { Migration0032Timetable } from './migrations/0032-timetable.ts';
import { Migration0033Ledger } from './migrations/0033-ledger.ts';
import { Migration0034CohortOpening } from './migrations/0034-cohort-opening.ts';
import { Migration0035Certificate } from './migrations/0035-certificate.ts';
import { Migration0036Corrections } from './migrations/0036-corrections.ts';
import { Migration0037Help } from './migrations/0037-help.ts';
import { Migration0038Films } from './migrations/0038-films.ts';
import { Migration0039Invitations } from './migrations/0039-invitations.ts';
import { Migration0040LedgerPrint } from './migrations/0040-ledger-print.ts';
import { Migration0041Offline } from './migrations/0041-offline.ts';
import { Migration0042Corner } from './migrations/0042-corner.ts';
import { Migration0043RecordedLessons } from './migrations/0043-recorded-lessons.ts';
import { Migration0044SubsidyFiles } from './migrations/0044-subsidy-files.ts';
import { Migration0045LedgerSums } from './migrations/0045-ledger-sums.ts';
import { Migration0046SiteSigns } from './migrations/0046-site-signs.ts';
import { Migration0047Evidence } from './migrations/0047-evidence.ts';
import { Migration0048Inspections } from './migrations/0048-inspections.ts';
import { Migration0049RegionOversight } from './migrations/0049-region-oversight.ts';
import { Migration0050SecondFactor } from './migrations/0050-second-factor.ts';
import { Migration0051Looks } from './migrations/0051-looks.ts';
import { Migration0052Connector } from './migrations/0052-connector.ts';
import { Migration0053BackupsAndSecurityLog } from './migrations/0053-backups-and-security-log.ts';
import { Migration0054Retention } from './migrations/0054-retention.ts';
import { Migration0055LearnerRequests } from './migrations/0055-learner-requests.ts';
import { Migration0056ApiClients } from './migrations/0056-api-clients.ts';
import { Migration0057Oversight } from './migrations/0057-oversight.ts';
import { Migration0058Webhooks } from './migrations/0058-webhooks.ts';
import { Migration0060RetentionOfTheRest } from './migrations/0060-retention-of-the-rest.ts';
import { Migration0062ObserversSeats } from './migrations/0062-observers-seats.ts';
import { guardPool } from './pool-guard.ts';
import { keepFigures, PoolFigures } from './pool-figures.ts';
import { grantRegulator, guardRegulator } from './regulator-role.ts';
import { guardTables, keepTenantsApart, platformRole } from './tenancy.ts';

export type { EntityManager } from '@mikro-orm/postgresql';
export type Orm = MikroORM;

const migrationsList = [
  { name: '0001-foundation', class: Migration0001Foundation },
  { name: '0002-chunks-and-viewings', class: Migration0002ChunksAndViewings },
  { name: '0003-nodes', class: Migration0003Nodes },
  { name: '0004-live-stream-lease', class: Migration0004LiveStreamLease },
  { name: '0005-process-reports', class: Migration0005ProcessReports },
  { name: '0006-rule-packs', class: Migration0006RulePacks },
  { name: '0007-identity', class: Migration0007Identity },
  { name: '0008-face-approval', class: Migration0008FaceApproval },
  { name: '0009-check-attempts', class: Migration0009CheckAttempts },
  { name: '0010-signals', class: Migration0010Signals },
  { name: '0011-make-up', class: Migration0011MakeUp },
  { name: '0012-question-bank', class: Migration0012QuestionBank },
  { name: '0013-quiz-in-class', class: Migration0013QuizInClass },
  { name: '0014-talk', class: Migration0014Talk },
  { name: '0015-courseware', class: Migration0015Courseware },
  { name: '0017-room', class: Migration0017Room },
  { name: '0018-companion', class: Migration0018Companion },
  { name: '0019-question-sets-live', class: Migration0019QuestionSetsLive },
  { name: '0020-film-questions', class: Migration0020FilmQuestions },
  { name: '0021-exams', class: Migration0021Exams },
  { name: '0022-breakout', class: Migration0022Breakout },
  { name: '0023-courseware-in-film', class: Migration0023CoursewareInFilm },
  { name: '0024-reckoning-and-ways', class: Migration0024ReckoningAndWays },
  { name: '0025-group-recordings', class: Migration0025GroupRecordings },
  { name: '0026-clock-ways', class: Migration0026ClockWays },
  { name: '0027-exam-appeals', class: Migration0027ExamAppeals },
  { name: '0028-tenants', class: Migration0028Tenants },
  { name: '0029-institution', class: Migration0029Institution },
  { name: '0030-course-dossier', class: Migration0030CourseDossier },
  { name: '0031-cohorts', class: Migration0031Cohorts },
  { name: '0032-timetable', class: Migration0032Timetable },
  { name: '0033-ledger', class: Migration0033Ledger },
  { name: '0034-cohort-opening', class: Migration0034CohortOpening },
  { name: '0035-certificate', class: Migration0035Certificate },
  { name: '0036-corrections', class: Migration0036Corrections },
  { name: '0037-help', class: Migration0037Help },
  { name: '0038-films', class: Migration0038Films },
  { name: '0039-invitations', class: Migration0039Invitations },
  { name: '0040-ledger-print', class: Migration0040LedgerPrint },
  { name: '0041-offline', class: Migration0041Offline },
  { name: '0042-corner', class: Migration0042Corner },
  { name: '0043-recorded-lessons', class: Migration0043RecordedLessons },
  { name: '0044-subsidy-files', class: Migration0044SubsidyFiles },
  { name: '0045-ledger-sums', class: Migration0045LedgerSums },
  { name: '0046-site-signs', class: Migration0046SiteSigns },
  { name: '0047-evidence', class: Migration0047Evidence },
  { name: '0048-inspections', class: Migration0048Inspections },
  { name: '0049-region-oversight', class: Migration0049RegionOversight },
  { name: '0050-second-factor', class: Migration0050SecondFactor },
  { name: '0051-looks', class: Migration0051Looks },
  { name: '0052-connector', class: Migration0052Connector },
  { name: '0053-backups-and-security-log', class: Migration0053BackupsAndSecurityLog },
  { name: '0054-retention', class: Migration0054Retention },
  { name: '0055-learner-requests', class: Migration0055LearnerRequests },
  { name: '0056-api-clients', class: Migration0056ApiClients },
  { name: '0057-oversight', class: Migration0057Oversight },
  { name: '0058-webhooks', class: Migration0058Webhooks },
  { name: '0060-retention-of-the-rest', class: Migration0060RetentionOfTheRest },
  { name: '0062-observers-seats', class: Migration0062ObserversSeats },
];

function options(clientUrl: string, role?: string, onPool: (pool: Pool) => void = () => undefined) {
  return defineConfig({
    clientUrl,
    entities: [people, lesson, classroom, check, recording, media, operation, event, identity, review, makeUp, question, qa, companion, courseware, privately, filmQuestion, breakout, exam, course, attachment, institution, timetable, cohort, client, correction, help, film, certificate, corner, invitation, offline, inspection].flatMap((module) => Object.values(module)),
    extensions: [Migrator],
    migrations: { migrationsList, tableName: 'migration', snapshot: false },
    forceUtcTimezone: true,
    driverOptions: { onPoolCreated: (pool: Pool) => { guardPool(pool); onPool(pool); }, ...(role && { options: `-c role=${role}` }) },
    logger: () => undefined,
    pool: { min: 0, max: 10 },
  });
}

/** Brings the schema up to date as its owner, puts every table of institutions under guard, and answers how many migrations ran. */
export async function migrate(ownerUrl: string): Promise<number> {
  const orm = await MikroORM.init(options(ownerUrl));
  try {
    const ran = (await orm.migrator.up()).length;
    await guardTables(orm.em);
    await guardRegulator(orm.em);
    await grantRegulator(orm.em);
    return ran;
  } finally {
    await orm.close();
  }
}

/** The app's connection: every statement runs as a role that owns nothing, reads and writes rows, and may only add to the event log; within which institutions is said by db/tenancy.ts. */
export async function openDatabase(url: string): Promise<Orm> {
  const figures = new PoolFigures();
  const orm = await MikroORM.init(options(url, platformRole, (pool) => { keepTenantsApart(pool); figures.watch(pool); }));
  keepFigures(orm, figures);
  return orm;
}

/** Who acts, for whom; row-level security and audit stand on it. */
export interface Actor { personId: string | null; institutionId: string | null }
export const platform: Actor = { personId: null, institutionId: null };

/** One transaction that carries its actor; commits when `work` returns, leaves nothing when it throws. */
export async function unitOfWork<T>(orm: Orm, actor: Actor, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return orm.em.fork().transactional(async (em) => {
    await em.execute(`select set_config('keshi.actor', ?, true), set_config('keshi.institution', ?, true)`, [actor.personId ?? '', actor.institutionId ?? '']);
    return work(em);
  });
}

export type Stream = `${'lesson' | 'cohort' | 'person' | 'institution' | 'node' | 'help' | 'incident' | 'corner' | 'connector' | 'platform'}:${string}`;

/** One fact of a stream. Payloads hold ids, figures and hashes: never names, numbers, texts or pictures. */
export interface NewEvent { actor: Actor; stream: Stream; type: string; at: Date; payload: Record<string, unknown> }

/** Appends facts in the caller's transaction, in their order: one statement however many there are. */
export async function appendEvents(em: EntityManager, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ actor, stream, type, at, payload }) => ({ id: newId(), stream, type, at, payload, institution_id: actor.institutionId, actor_id: actor.personId }));
  await em.execute(
    `insert into event (id, stream, type, at, payload, institution_id, actor_id) select id, stream, type, at, payload, institution_id, actor_id
     from jsonb_to_recordset(?::jsonb) as e(id uuid, stream text, type text, at timestamptz, payload jsonb, institution_id uuid, actor_id uuid)`, [JSON.stringify(rows)]);
}

/** Appends one. */
export const appendEvent = (em: EntityManager, actor: Actor, stream: Stream, type: string, at: Date, payload: Record<string, unknown>): Promise<void> =>
  appendEvents(em, [{ actor, stream, type, at, payload }]);

/** Tells the other processes when (and only when) the transaction commits. */
export const tellFact = (em: EntityManager, fact: Fact): Promise<void> => tellFacts(em, [fact]);

export async function tellFacts(em: EntityManager, facts: readonly Fact[]): Promise<void> {
  if (facts.length === 0) return;
  await em.execute('select pg_notify(?, fact::text) from jsonb_array_elements(?::jsonb) as f(fact)', [factChannel, JSON.stringify(facts)]);
}
