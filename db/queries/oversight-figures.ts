// Figures of some institutions together, and what the rule of risk looks at of each: from sums by lesson and cohort, and indexes (R31, R106, R113).
import { shanghaiDay, shanghaiInstant } from '#domain/day.ts';
import { riskWindowDays, type RiskFacts } from '#domain/institution-risk.ts';
import { kindsSql } from '#domain/lesson-kind.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** `learners`: in classes that are open, whoever is in two counted twice; `learnersEver`: the same of all classes. `creditedMs`: of lessons that began this month. Certificates that stand. */
export interface OversightFigures {
  cohortsOpen: number; learners: number; learnersEver: number; lessonsThisMonth: number; creditedMs: number; recordings: number; recordingsHeld: number; certificates: number; certificatesThisMonth: number;
}
/** The first moment of the month this instant lies in, in Shanghai. */
export const monthBegan = (now: Date): Date => shanghaiInstant(`${shanghaiDay(now).slice(0, 7)}-01`, '00:00')!;

/** Parts are statements of their own, so that a test may look at each one's plan; all of them take the institutions, `since` the instant before them. */
export const figuresSql = {
  cohorts: `select count(*)::int as n from cohort where institution_id = any(?::uuid[]) and opening = 'opened'`,
  learners: `select coalesce(sum(s.learners) filter (where c.opening = 'opened'), 0)::int as n, coalesce(sum(s.learners), 0)::int as ever from ledger_cohort s join cohort c on c.id = s.cohort_id where s.institution_id = any(?::uuid[])`,
  recordings: `select count(*)::int as n from replay where institution_id = any(?::uuid[]) and status = 'ready'`,
  held: `select count(*)::int as n from replay where institution_id = any(?::uuid[]) and status = 'held'`,
  certificates: `select count(*)::int as n from certificate where institution_id = any(?::uuid[]) and revoked_at is null`,
} as const;
export const figuresSinceSql = {
  month: `select count(*)::int as n, coalesce(sum(s.credited_ms), 0)::float8 as credited_ms from lesson l join ledger_lesson s on s.lesson_id = l.id where l.starts_at >= ? and l.institution_id = any(?::uuid[]) and l.status in ('live', 'ended')`,
  certificates: `select count(*)::int as n from certificate where issued_at >= ? and institution_id = any(?::uuid[]) and revoked_at is null`,
} as const;

export async function oversightFigures(em: EntityManager, institutionIds: readonly string[], now: Date): Promise<OversightFigures> {
  const ids = arrayOf(institutionIds);
  const since = monthBegan(now);
  const one = async <T extends object>(sql: string, values: unknown[]): Promise<T> => (await em.execute<T[]>(sql, values))[0]!;
  type Counted = { n: number };
  const learners = await one<Counted & { ever: number }>(figuresSql.learners, [ids]);
  const month = await one<Counted & { credited_ms: number }>(figuresSinceSql.month, [since, ids]);
  return {
    cohortsOpen: (await one<Counted>(figuresSql.cohorts, [ids])).n, learners: learners.n, learnersEver: learners.ever, lessonsThisMonth: month.n, creditedMs: month.credited_ms,
    recordings: (await one<Counted>(figuresSql.recordings, [ids])).n, recordingsHeld: (await one<Counted>(figuresSql.held, [ids])).n,
    certificates: (await one<Counted>(figuresSql.certificates, [ids])).n, certificatesThisMonth: (await one<Counted>(figuresSinceSql.certificates, [since, ids])).n,
  };
}

const dayMs = 86_400_000;
/** What each counts of institution by institution: `institution_id, n …`; `since` and the institutions, and of films the instant from which one is missed. */
export const riskSql = {
  taught: `select l.institution_id, count(*)::int as lessons, sum(s.learners)::int as learners, sum(s.checks_asked)::int as asked, sum(s.checks_failed)::int as failed, sum(s.checks_missed)::int as missed
    from lesson l join ledger_lesson s on s.lesson_id = l.id where l.starts_at >= ? and l.institution_id = any(?::uuid[]) and l.status = 'ended' group by 1`,
  doubts: `select institution_id, count(*)::int as n from signal where last_seen_at >= ? and institution_id = any(?::uuid[]) and status = 'open' group by 1`,
  held: `select institution_id, count(*)::int as n from replay where created_at >= ? and institution_id = any(?::uuid[]) and status = 'held' group by 1`,
  corrections: `select c.institution_id, count(*)::int as n from correction c join correction_decision d on d.correction_id = c.id and d.outcome = 'approved' where c.made_at >= ? and c.institution_id = any(?::uuid[]) group by 1`,
  appeals: `select institution_id, count(*)::int as n from appeal where created_at >= ? and institution_id = any(?::uuid[]) group by 1`,
  tickets: `select institution_id, count(*)::int as n from help_ticket where asked_at >= ? and institution_id = any(?::uuid[]) group by 1`,
  findings: `select f.institution_id, count(*)::int as n from inspection_finding f where f.made_at >= ? and f.institution_id = any(?::uuid[])
      and not exists (select from inspection_answer a where a.finding_id = f.id and a.kind in ('accepted', 'withdrawn')) group by 1`,
  missing: `select l.institution_id, count(*)::int as n from lesson l where l.starts_at >= ? and l.institution_id = any(?::uuid[]) and l.status = 'ended' and l.recorded and l.kind in ${kindsSql('classroom')}
      and l.starts_at + l.planned_minutes * interval '1 minute' < ? and not exists (select from replay r where r.lesson_id = l.id and r.unit_id is not null and r.status in ('ready', 'held')) group by 1`,
} as const;

interface Counts { institution_id: string; n: number }
interface Taught { institution_id: string; lessons: number; learners: number; asked: number; failed: number; missed: number }

/** What is known of each of these institutions in the window before `now`; every one of them is in it. */
export async function riskFacts(em: EntityManager, institutionIds: readonly string[], now: Date): Promise<Map<string, RiskFacts>> {
  const values = [new Date(now.getTime() - riskWindowDays * dayMs), arrayOf(institutionIds)];
  const counted = async (part: Exclude<keyof typeof riskSql, 'taught'>, more: unknown[] = [], asked = values): Promise<(id: string) => number> => {
    const found = new Map((await em.execute<Counts[]>(riskSql[part], [...asked, ...more])).map(({ institution_id: id, n }) => [id, n]));
    return (id) => found.get(id) ?? 0;
  };
  const taught = new Map((await em.execute<Taught[]>(riskSql.taught, values)).map((row) => [row.institution_id, row]));
  const [doubts, held, corrections] = [await counted('doubts'), await counted('held'), await counted('corrections')];
  // What was found stays open however long ago.
  const findings = await counted('findings', [], [new Date(0), arrayOf(institutionIds)]);
  const [appeals, tickets, missing] = [await counted('appeals'), await counted('tickets'), await counted('missing', [new Date(now.getTime() - dayMs)])];
  return new Map(institutionIds.map((id): [string, RiskFacts] => {
    const { lessons = 0, learners = 0, asked = 0, failed = 0, missed = 0 } = taught.get(id) ?? {};
    return [id, {
      lessons, learnerLessons: learners, checksAsked: asked, checksFailed: failed, checksMissed: missed, doubtsOpen: doubts(id), recordingsMissing: missing(id), recordingsHeld: held(id),
      corrections: corrections(id), appeals: appeals(id), tickets: tickets(id), findingsOpen: findings(id),
    }];
  }));
}
