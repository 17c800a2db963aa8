// A viewing with all that is asked of it at every segment and heartbeat, in one statement; and the locked row that a heartbeat changes.
import type { Pair } from '#domain/recording/spans.ts';
import type { Standing } from '#domain/recording/watch-credit.ts';
import { packByName } from '#domain/rules/packs.ts';
import type { ReplayRules, RulePack } from '#domain/rules/rule-pack.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import type { Replay, Viewing } from '../entities/recording.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf, roleSql } from './lesson-access.ts';
import { isForThem, isReplayStaff, managerSql } from './replay-access.ts';

type At = string | Date;
const instant = (at: At | null): Date | null => (at === null ? null : new Date(at));
interface FactsRow {
  at: number; institution_id: string; replay_id: string; lesson_id: string; rule_pack: string; heartbeat_key: Buffer; issued: Pair[]; position_ms: number;
  last_heard_at: At; ended_at: At | null; duration_ms: number; files: Replay['files'] | null; settled_at: At | null; film_id: string | null; film_ordinal: number | null;
  status: Replay['status']; of_group: boolean; role: LessonRole | null; manages: boolean; furthest_ms: number | null; completed_at: At | null; make_up_reach_ms: number | null;
}
export interface ViewingFacts {
  institutionId: string; lessonId: string; role: LessonRole; pack: RulePack; rules: ReplayRules; heartbeatKey: Buffer; issued: Pair[];
  positionMs: number; furthestMs: number; completed: boolean; lastHeardAt: Date; ended: boolean;
  /** Of a viewing that makes up, how far it may get, whatever was watched before; null for any other. */
  makeUpReachMs: number | null;
  replay: Pick<Replay, 'id' | 'files'> & { durationMs: number; settledAt: Date | null; filmId: string | null; filmOrdinal: number | null };
}

/** Only learners of the lesson are held to watching in order; whoever has watched it whole no longer is. */
export const skippingForbidden = (role: LessonRole, rules: ReplayRules, completed: boolean): boolean =>
  role === 'student' && rules.firstViewingWithoutSkipping && !completed;
/** Observers may look; nothing is credited to them. */
export const isCredited = (role: LessonRole): boolean => role === 'student' || isStaff(role);

/** How far this viewing may get now. One that makes up is led through what is open, also past what was never watched; the same rule forbids it to get ahead. */
export function standingOf({ role, rules, completed, positionMs, furthestMs, makeUpReachMs }: Omit<ViewingFacts, 'replay'>): Standing {
  if (makeUpReachMs === null) return { positionMs, furthestMs, skippingForbidden: skippingForbidden(role, rules, completed) };
  return { positionMs, furthestMs: makeUpReachMs, skippingForbidden: rules.firstViewingWithoutSkipping };
}

export interface PersonsViewing { viewingId: string; personId: string }

function factsOf(row: FactsRow | undefined, filesOf: ReadonlyMap<string, Replay['files']>): ViewingFacts | null {
  const shown = row?.role && isForThem(row.role, row.of_group) && (row.status === 'ready' || isReplayStaff(row.role, row.manages));
  if (!row?.role || !shown) return null;
  const pack = packByName(row.rule_pack);
  return {
    institutionId: row.institution_id, lessonId: row.lesson_id, role: row.role, pack, rules: pack.replay, heartbeatKey: row.heartbeat_key, issued: row.issued,
    positionMs: row.position_ms, furthestMs: row.furthest_ms ?? 0, completed: row.completed_at !== null, makeUpReachMs: row.make_up_reach_ms,
    lastHeardAt: new Date(row.last_heard_at), ended: row.ended_at !== null,
    replay: { id: row.replay_id, files: filesOf.get(row.replay_id)!, durationMs: row.duration_ms, settledAt: instant(row.settled_at), filmId: row.film_id, filmOrdinal: row.film_ordinal },
  };
}

/**
 * Many viewings with their persons, in their order. Null for another person's viewing, where none is, where the right to the lesson is gone, and where the
 * file is, or is held again. What is known of a replay's files is a long text: it comes once for all who watch the same one.
 */
export async function viewingsFacts(em: EntityManager, asked: readonly PersonsViewing[]): Promise<(ViewingFacts | null)[]> {
  const rows = await em.execute<FactsRow[]>(
    `select k.at, v.institution_id, v.replay_id, r.lesson_id, s.rule_pack, v.heartbeat_key, v.issued, v.position_ms, v.last_heard_at, v.ended_at,
       r.status, r.duration_ms, r.group_id is not null as of_group, case when row_number() over (partition by v.replay_id) = 1 then r.files end as files, r.settled_at, r.film_id, r.film_ordinal, ${roleSql('v.person_id')} as role, ${managerSql('v.person_id')} as manages, w.furthest_ms, w.completed_at, m.reach_ms as make_up_reach_ms
     from unnest(?::int[], ?::uuid[], ?::uuid[]) as k(at, id, person_id) join viewing v on v.id = k.id and v.person_id = k.person_id
       join replay r on r.id = v.replay_id join lesson l on l.id = r.lesson_id join recording g on g.id = r.recording_id join lesson_session s on s.id = g.session_id
       left join replay_position w on w.replay_id = v.replay_id and w.person_id = v.person_id left join make_up m on m.viewing_id = v.id
     where r.status in ('ready', 'held') and r.duration_ms is not null`,
    [arrayOf(asked.map((_one, at) => at)), arrayOf(asked.map(({ viewingId }) => viewingId)), arrayOf(asked.map(({ personId }) => personId))],
  );
  const found = new Map(rows.map((row) => [row.at, row]));
  const filesOf = new Map(rows.flatMap(({ replay_id: id, files }) => (files ? [[id, files] as const] : [])));
  return asked.map((_one, at) => factsOf(found.get(at), filesOf));
}

export interface LockedViewing {
  nonce: string; heartbeats: number; issued: Pair[]; creditedMs: number; creditLeftMs: number; playLeftMs: number; positionMs: number;
  startedAt: Date; lastHeardAt: Date; endedAt: Date | null;
}
interface LockedRow {
  nonce: string; heartbeats: number; issued: Pair[]; credited_ms: number; credit_left_ms: number; play_left_ms: number; position_ms: number;
  started_at: At; last_heard_at: At; ended_at: At | null;
}

/** The row as it is now; others that want to change it wait for this transaction. */
export async function lockViewing(em: EntityManager, viewingId: string): Promise<LockedViewing> {
  const [row] = await em.execute<LockedRow[]>(
    `select nonce, heartbeats, issued, credited_ms, credit_left_ms, play_left_ms, position_ms, started_at, last_heard_at, ended_at
     from viewing where id = ? for update`, [viewingId]);
  return {
    nonce: row!.nonce, heartbeats: row!.heartbeats, issued: row!.issued, creditedMs: row!.credited_ms, creditLeftMs: row!.credit_left_ms, playLeftMs: row!.play_left_ms,
    positionMs: row!.position_ms, startedAt: new Date(row!.started_at), lastHeardAt: new Date(row!.last_heard_at), endedAt: instant(row!.ended_at),
  };
}

export interface WatchedSoFar { credited: Pair[]; creditedMs: number; furthestMs: number; positionMs: number; completedAt: Date | null }
const nothing: WatchedSoFar = { credited: [], creditedMs: 0, furthestMs: 0, positionMs: 0, completedAt: null };

/** What a person has watched of a replay over all viewings. */
export async function watchedSoFar(em: EntityManager, replayId: string, personId: string): Promise<WatchedSoFar> {
  const [row] = await em.execute<{ credited: Pair[]; credited_ms: number; furthest_ms: number; position_ms: number; completed_at: At | null }[]>(
    'select credited, credited_ms, furthest_ms, position_ms, completed_at from replay_position where replay_id = ? and person_id = ?', [replayId, personId]);
  return row ? {
    credited: row.credited, creditedMs: row.credited_ms, furthestMs: row.furthest_ms, positionMs: row.position_ms, completedAt: instant(row.completed_at),
  } : nothing;
}

export type EndReason = NonNullable<Viewing['endReason']>;
export interface HeardViewing {
  viewingId: string; replayId: string; personId: string; at: Date; endedAt: Date | null; nonce: string; heartbeats: number; issued: Pair[]; viewingCreditedMs: number;
  creditLeftMs: number; playLeftMs: number; positionMs: number; furthestMs: number; credited: Pair[]; creditedMs: number; completedAt: Date | null;
}

/** Writes what a heartbeat changed, in the viewing and in what the person has watched, in one statement. */
export async function writeHeard(em: EntityManager, heard: HeardViewing): Promise<void> {
  await em.execute(
    `with heard as (
       update viewing set nonce = ?, heartbeats = ?, issued = ?::jsonb, credited_ms = ?, credit_left_ms = ?, play_left_ms = ?, position_ms = ?,
         last_heard_at = ?, ended_at = ?, end_reason = ? where id = ?)
     insert into replay_position (replay_id, person_id, position_ms, furthest_ms, credited, credited_ms, completed_at, at) values (?, ?, ?, ?, ?::jsonb, ?, ?, ?)
     on conflict (replay_id, person_id) do update set position_ms = excluded.position_ms, furthest_ms = excluded.furthest_ms, credited = excluded.credited,
       credited_ms = excluded.credited_ms, completed_at = excluded.completed_at, at = excluded.at`,
    [
      heard.nonce, heard.heartbeats, JSON.stringify(heard.issued), heard.viewingCreditedMs, heard.creditLeftMs, heard.playLeftMs, heard.positionMs,
      heard.at, heard.endedAt, heard.endedAt && 'left', heard.viewingId,
      heard.replayId, heard.personId, heard.positionMs, heard.furthestMs, JSON.stringify(heard.credited), heard.creditedMs, heard.completedAt, heard.at,
    ],
  );
}

/**
 * Notes that links to spans were given out; answers the viewings that are open, the others are over. Spans may be noted twice, and are joined at the next
 * heartbeat. Rows are locked in one order, so that two who note for the same viewings wait for each other and never both.
 */
export async function noteIssued(em: EntityManager, issues: readonly { viewingId: string; span: Pair }[]): Promise<string[]> {
  const spans = Map.groupBy(issues, ({ viewingId }) => viewingId);
  const given = [...spans].map(([id, own]) => ({ id, spans: own.map(({ span }) => span) }));
  const rows = await em.execute<{ id: string }[]>(
    `with given as (select * from jsonb_to_recordset(?::jsonb) as g(id uuid, spans jsonb)),
       held as (select v.id from viewing v where v.id in (select id from given) and v.ended_at is null order by v.id for no key update)
     update viewing v set issued = v.issued || g.spans from given g join held on held.id = g.id where v.id = g.id returning v.id`, [JSON.stringify(given)]);
  return rows.map(({ id }) => id);
}
