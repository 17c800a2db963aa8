// What people are told of lessons: one row a person, in the transaction of what it tells of; and reminders, made once however many processes look.
import type { Notices, NoticeView } from '#contracts/timetable.ts';
import { reminderMs, type NoticeKind, type NoticeParts } from '#domain/timetable/changes.ts';
import { newId } from '#domain/id.ts';
import { kindsSql } from '#domain/lesson-kind.ts';
import { Notice } from '../entities/timetable.ts';
import type { EntityManager } from '../orm.ts';

/** Learners enrolled now, and staff; of lesson `l`. */
const concernedSql = `(select e.person_id from enrolment e where e.cohort_id = l.cohort_id and e.ended_at is null
  union select s.person_id from lesson_staff s where s.lesson_id = l.id)`;

export interface Told { lessonId: string; kind: NoticeKind; parts: NoticeParts; now: Date; /** Who did it knows. */ exceptPersonId: string | null; /** Who no longer belongs to the lesson. */ alsoPersonId?: string }

/** Everybody of the lesson as it is now. */
export async function tellConcerned(em: EntityManager, { lessonId, kind, parts, now, exceptPersonId, alsoPersonId }: Told): Promise<void> {
  await em.execute(
    `insert into notice (id, institution_id, person_id, lesson_id, kind, about_at, parts, created_at)
     select gen_random_uuid(), l.institution_id, c.person_id, l.id, ?, l.starts_at, ?::jsonb, ? from lesson l, lateral (select person_id from ${concernedSql} k union select ?::uuid where ?::uuid is not null) c
     where l.id = ? and c.person_id is distinct from ?::uuid`, [kind, JSON.stringify(parts), now, alsoPersonId ?? null, alsoPersonId ?? null, lessonId, exceptPersonId]);
}

type Reminder = keyof typeof reminderMs;
const columns = { reminder_day: 'reminded_day_for', reminder_soon: 'reminded_soon_for' } as const satisfies Record<Reminder, string>;
/** Of lesson `l`: it begins within that time, and nobody was reminded of this start. Values: now, now, and how long in ms. */
const dueSql = (kind: Reminder): string =>
  `l.status in ('scheduled', 'open') and l.kind in ${kindsSql('together')} and l.starts_at > ? and l.starts_at <= ?::timestamptz + ? * interval '1 millisecond' and l.${columns[kind]} is distinct from l.starts_at`;
const dueValues = (kind: Reminder, now: Date): unknown[] => [now, now, reminderMs[kind]];

/** True where a reminder waits, as a condition and its values. */
export const remindersDue = (now: Date): { sql: string; values: unknown[] } => ({
  sql: `exists (select from lesson l where ${dueSql('reminder_day')}) or exists (select from lesson l where ${dueSql('reminder_soon')})`,
  values: [...dueValues('reminder_day', now), ...dueValues('reminder_soon', now)],
});

/** A round takes this many lessons of a kind; the next one goes on. */
const lessonsARound = 50;

/**
 * Reminds of lessons that begin soon; answers of how many. Whoever claims a lesson writes its notices in the same transaction, and another process passes it by; a day's reminder is
 * not made any more where half an hour's is due.
 */
export async function remind(em: EntityManager, kind: Reminder, now: Date): Promise<number> {
  const [row] = await em.execute<{ lessons: number }[]>(
    `with due as (select l.id from lesson l where ${dueSql(kind)} order by l.starts_at limit ${lessonsARound} for update skip locked),
       claimed as (update lesson l set ${columns[kind]} = l.starts_at${kind === 'reminder_soon' ? ', reminded_day_for = l.starts_at' : ''} from due where l.id = due.id returning l.id, l.institution_id, l.cohort_id, l.starts_at, l.title, l.place_id),
       told as (insert into notice (id, institution_id, person_id, lesson_id, kind, about_at, parts, created_at)
         select gen_random_uuid(), l.institution_id, c.person_id, l.id, ?, l.starts_at,
           jsonb_build_object('title', l.title, 'startsAt', to_char(l.starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'place', (select p.name from place p where p.id = l.place_id)), ?
         from claimed l, lateral ${concernedSql} c on conflict do nothing)
     select count(*)::int as lessons from claimed`, [...dueValues(kind, now), kind, now]);
  return row?.lessons ?? 0;
}

export interface AnswerTold { institutionId: string | null; personId: string; words: string; askedAt: Date; now: Date }
const beginningSigns = 40;
/** Who reported something is told that it was answered; of no lesson. */
export const tellAnswered = (em: EntityManager, { institutionId, personId, words, askedAt, now }: AnswerTold): Promise<unknown> => {
  const signs = [...words];
  const parts: NoticeParts = { title: signs.length > beginningSigns ? `${signs.slice(0, beginningSigns).join('')}…` : words, startsAt: askedAt.toISOString(), place: null };
  return em.insert(Notice, { id: newId(), institutionId, personId, lessonId: null, kind: 'help_answered', aboutAt: askedAt, parts, createdAt: now, readAt: null });
};

export interface InspectionTold { institutionId: string; kind: 'inspection_findings' | 'inspection_answered'; title: string; /** The deadline, or when it was answered. */ aboutAt: Date; now: Date; /** Without them the institution's office. */ personIds?: readonly string[] }
/** An office is told of findings, an inspector of answers; of no lesson. */
export async function tellOfInspection(em: EntityManager, { institutionId, kind, title, aboutAt, now, personIds }: InspectionTold): Promise<void> {
  const told = personIds ?? (await em.execute<{ person_id: string }[]>(`select distinct m.person_id from membership m where m.institution_id = ? and m.role = 'institution'`, [institutionId])).map(({ person_id: id }) => id);
  const parts: NoticeParts = { title, startsAt: aboutAt.toISOString(), place: null };
  await em.insertMany(Notice, told.map((personId) => ({ id: newId(), institutionId, personId, lessonId: null, kind, aboutAt, parts, createdAt: now, readAt: null })));
}

interface Row { id: string; lesson_id: string | null; kind: NoticeKind; parts: NoticeParts; created_at: string; read_at: string | null }
const mostShown = 50;

/** The newest of one person. */
export async function noticesOf(em: EntityManager, personId: string, now: Date): Promise<Notices> {
  const rows = await em.execute<Row[]>(`select id, lesson_id, kind, parts, created_at, read_at from notice where person_id = ? order by created_at desc, id limit ${mostShown}`, [personId]);
  const [unread] = await em.execute<{ count: number }[]>('select count(*)::int as count from notice where person_id = ? and read_at is null', [personId]);
  return {
    unread: unread?.count ?? 0, serverNowMs: now.getTime(),
    notices: rows.map((row): NoticeView => ({ noticeId: row.id, lessonId: row.lesson_id, kind: row.kind, createdAt: new Date(row.created_at).toISOString(), read: row.read_at !== null, parts: row.parts })),
  };
}

export const readNotices = (em: EntityManager, personId: string, now: Date): Promise<unknown> =>
  em.execute('update notice set read_at = ? where person_id = ? and read_at is null', [now, personId]);
