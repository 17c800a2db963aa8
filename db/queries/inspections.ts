// Inspections as rows: read, locked, and told to whoever may see them, each as much as is theirs.
import type { Finding, InspectedUnit, Inspection, InspectionBrief, InspectionScope } from '#contracts/inspection.ts';
import { findingState, isOverdue, isSettled, mayReply, type EvidenceKind, type ReplyKind, type Severity } from '#domain/inspection/finding.ts';
import { mayMove, type InspectionState, type Risk, type Standing } from '#domain/inspection/inspection.ts';
import type { EntityManager } from '../orm.ts';
import { inspectionReader, partOf, type InspectionPart, type InspectionReader } from './inspection-access.ts';
import { arrayOf } from './lesson-access.ts';

export interface InspectionRow {
  id: string; institution_ids: string[]; title: string; announced: boolean; scope: InspectionScope; size: number; status: InspectionState; seed: string; seed_hash: string; made_by: string; made_at: string; maker: string; own_words: string | null;
  population: string | null; population_hash: string | null; population_count: number | null; without_film: number | null; drawn_by: string | null; drawn_at: string | null; handed_at: string | null; due_at: string | null; closed_at: string | null; closing_words: string | null;
}
export const standsAs = (row: InspectionRow): { institutionIds: string[]; announced: boolean; state: InspectionState; drawn: boolean } => ({ institutionIds: row.institution_ids, announced: row.announced, state: row.status, drawn: row.drawn_at !== null });
const iso = (at: string): string => new Date(at).toISOString();
const isoOrNull = (at: string | null): string | null => at && iso(at);
const headSql = `select n.id, n.institution_ids::text[] as institution_ids, n.title, n.announced, n.scope, n.size, n.status, n.seed, n.seed_hash, n.made_by, n.made_at, n.own_words, n.population_hash, n.population_count, n.without_film, n.drawn_by, n.drawn_at, n.handed_at, n.due_at,
  n.closed_at, n.closing_words, null as population, p.name as maker from inspection n join person p on p.id = n.made_by`;

/** With what the asker is to it. Null where they may not know of it. */
export async function inspectionFor(em: EntityManager, personId: string, inspectionId: string): Promise<{ row: InspectionRow; part: InspectionPart; reader: InspectionReader } | null> {
  const [row] = await em.execute<InspectionRow[]>(`${headSql} where n.id = ?`, [inspectionId]);
  const reader = await inspectionReader(em, personId);
  const part = row ? partOf(reader, standsAs(row)) : null;
  return row && part ? { row, part, reader } : null;
}

/** Whoever else moves it waits until this transaction ends. */
export const holdInspection = async (em: EntityManager, inspectionId: string): Promise<void> => { await em.execute('select 1 from inspection where id = ? for update', [inspectionId]); };
export async function populationOf(em: EntityManager, inspectionId: string): Promise<string | null> {
  const [row] = await em.execute<{ population: string | null }[]>('select population from inspection where id = ?', [inspectionId]);
  return row?.population ?? null;
}

interface FindingRow {
  id: string; inspection_id: string; inspection_unit_id: string; institution_id: string; ordinal: number; at_ms: number; severity: Severity; evidence: EvidenceKind[]; words: string; made_at: string; maker: string; status: InspectionState; due_at: string | null;
  replies: { kind: ReplyKind; words: string; at: string; by: string; byId: string; dueAt: string | null }[] | null;
}
interface Reading { part: InspectionPart; reader: InspectionReader; now: Date }

function findingOf(row: FindingRow, { part, reader, now }: Reading): Finding {
  const replies = row.replies ?? [];
  const state = findingState(replies.at(-1)?.kind ?? null);
  const dueAt = replies.findLast((reply) => reply.dueAt !== null)?.dueAt ?? row.due_at;
  const handed = row.status !== 'sealed' && row.status !== 'drawn';
  return {
    findingId: row.id, drawnId: row.inspection_unit_id, institutionId: row.institution_id, ordinal: row.ordinal, atMs: row.at_ms, severity: row.severity, evidence: row.evidence, words: row.words, madeAt: iso(row.made_at), maker: row.maker, state,
    dueAt: isoOrNull(dueAt), overdue: isOverdue({ state, dueMs: dueAt === null ? null : Date.parse(dueAt) }, now.getTime()), replies: replies.map(({ kind, words, at, by, dueAt: due }) => ({ kind, words, at: iso(at), by, dueAt: isoOrNull(due) })),
    mayAnswer: mayReply(state, 'answer', handed) && reader.offices.has(row.institution_id),
    mayDecide: mayReply(state, 'accepted', handed) && part.part === 'inspector' && replies.at(-1)?.byId !== reader.personId,
    mayWithdraw: row.status === 'drawn' && mayReply(state, 'withdrawn', false) && part.part === 'inspector',
  };
}
/** Of these inspections and institutions, in the order of recordings and time. */
async function findingRows(em: EntityManager, inspectionIds: readonly string[], institutionIds: readonly string[]): Promise<FindingRow[]> {
  return em.execute<FindingRow[]>(
    `select f.*, u.ordinal, p.name as maker, n.status, n.due_at, (select json_agg(json_build_object('kind', a.kind, 'words', a.words, 'at', a.made_at, 'by', q.name, 'byId', a.made_by, 'dueAt', a.due_at) order by a.ordinal)
       from inspection_answer a join person q on q.id = a.made_by where a.finding_id = f.id) as replies
     from inspection_finding f join inspection n on n.id = f.inspection_id join inspection_unit u on u.id = f.inspection_unit_id join person p on p.id = f.made_by
     where f.inspection_id = any(?::uuid[]) and f.institution_id = any(?::uuid[]) order by u.ordinal, f.at_ms, f.id`, [arrayOf(inspectionIds), arrayOf(institutionIds)]);
}
export async function findingsOf(em: EntityManager, row: InspectionRow, reading: Reading): Promise<Finding[]> {
  return shownTo(row, reading, (await findingRows(em, [row.id], reading.part.institutionIds)).map((one) => findingOf(one, reading)));
}
/** An office sees findings when they were handed over, and none that was withdrawn before. */
const shownTo = (row: InspectionRow, { part: { part } }: Reading, findings: readonly Finding[]): Finding[] =>
  findings.filter(({ state }) => part === 'inspector' || (row.handed_at !== null && state !== 'withdrawn'));
/** The inspection a finding belongs to. */
export async function inspectionOfFinding(em: EntityManager, findingId: string): Promise<{ inspectionId: string; institutionId: string } | null> {
  const [row] = await em.execute<{ inspection_id: string; institution_id: string }[]>('select inspection_id, institution_id from inspection_finding where id = ?', [findingId]);
  return row ? { inspectionId: row.inspection_id, institutionId: row.institution_id } : null;
}

export const standingOf = ({ status }: Pick<InspectionRow, 'status'>, findings: readonly Pick<Finding, 'state'>[]): Standing => ({ state: status, findings: findings.filter(({ state }) => state !== 'withdrawn').length, open: findings.filter(({ state }) => !isSettled(state)).length });

interface UnitRow {
  id: string; ordinal: number; institution_id: string; institution: string; course: string; cohort: string; lesson_id: string; lesson: string; starts_at: string; unit_ordinal: number; replay_id: string; part: number; parts: number; duration_ms: number;
  risk: Risk; sha256: string; changed: boolean; looked: boolean;
}
/** In the order of the draw; `drawnId` narrows to one. */
export async function unitsOf(em: EntityManager, row: InspectionRow, { part, reader }: Reading, findings: readonly Finding[], drawnId: string | null = null): Promise<InspectedUnit[]> {
  const watchers = [row.made_by, row.drawn_by ?? row.made_by, ...(part.part === 'inspector' ? [reader.personId] : [])];
  const rows = await em.execute<UnitRow[]>(
    `select u.id, u.ordinal, u.institution_id, i.name as institution, k.title as course, c.title as cohort, u.lesson_id, l.title as lesson, l.starts_at, t.ordinal as unit_ordinal, u.replay_id, r.part, r.parts, coalesce(r.duration_ms, 0) as duration_ms, u.risk, u.sha256,
       r.sha256 is distinct from u.sha256 or r.status <> 'ready' as changed, exists (select from viewing v where v.replay_id = r.id and v.person_id = any(?::uuid[]) and v.started_at >= ?) as looked
     from inspection_unit u join institution i on i.id = u.institution_id join lesson l on l.id = u.lesson_id join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id join unit t on t.id = u.unit_id join replay r on r.id = u.replay_id
     where u.inspection_id = ? and u.institution_id = any(?::uuid[]) and (?::uuid is null or u.id = ?::uuid) order by u.ordinal`,
    [arrayOf(watchers), row.drawn_at, row.id, arrayOf(part.institutionIds), drawnId, drawnId]);
  return rows.map((one) => ({
    drawnId: one.id, ordinal: one.ordinal, institutionId: one.institution_id, name: one.institution, courseTitle: one.course, cohortTitle: one.cohort, lessonId: one.lesson_id, lessonTitle: one.lesson, startsAt: iso(one.starts_at), unitOrdinal: one.unit_ordinal,
    replayId: one.replay_id, part: one.part, parts: one.parts, durationMs: one.duration_ms, risk: one.risk, sha256: one.sha256, changed: one.changed, looked: one.looked, findings: findings.filter(({ drawnId: of, state }) => of === one.id && state !== 'withdrawn').length,
  }));
}

const mostListed = 200;
async function namesOf(em: EntityManager, institutionIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await em.execute<{ id: string; name: string }[]>('select id, name from institution where id = any(?::uuid[]) order by name, id', [arrayOf(institutionIds)]);
  return new Map(rows.map(({ id, name }) => [id, name]));
}
/** Recordings drawn of these inspections, by inspection and institution. */
async function drawnCounts(em: EntityManager, inspectionIds: readonly string[]): Promise<(inspectionId: string, institutionIds: readonly string[]) => number> {
  const rows = await em.execute<{ inspection_id: string; institution_id: string; n: number }[]>('select inspection_id, institution_id, count(*)::int as n from inspection_unit where inspection_id = any(?::uuid[]) group by 1, 2', [arrayOf(inspectionIds)]);
  return (inspectionId, institutionIds) => rows.filter((row) => row.inspection_id === inspectionId && institutionIds.includes(row.institution_id)).reduce((sum, { n }) => sum + n, 0);
}

function briefOf(row: InspectionRow, { part: { part, institutionIds } }: Reading, names: ReadonlyMap<string, string>, drawn: number, findings: readonly Finding[]): InspectionBrief {
  const open = findings.filter(({ state }) => !isSettled(state));
  const mine = part === 'office' ? findings.filter(({ mayAnswer }) => mayAnswer).length : findings.filter(({ mayDecide }) => mayDecide).length;
  return {
    inspectionId: row.id, title: row.title, announced: row.announced, status: row.status, institutions: [...names].filter(([id]) => institutionIds.includes(id)).map(([institutionId, name]) => ({ institutionId, name })), size: row.size, drawn,
    findings: findings.filter(({ state }) => state !== 'withdrawn').length, open: open.length, waiting: mine, overdue: findings.filter(({ overdue }) => overdue).length, dueAt: open.flatMap(({ dueAt }) => dueAt ?? []).sort()[0] ?? null, madeAt: iso(row.made_at), maker: row.maker, part,
  };
}

/** Those this person carries out, and those their institutions may know of; newest first. */
export async function listInspections(em: EntityManager, personId: string, now: Date): Promise<InspectionBrief[]> {
  const reader = await inspectionReader(em, personId);
  const rows = await em.execute<InspectionRow[]>(`${headSql} where n.institution_ids && ?::uuid[] order by n.made_at desc, n.id limit ${mostListed}`, [arrayOf([...reader.inspected, ...reader.offices])]);
  const seen = rows.flatMap((row) => { const part = partOf(reader, standsAs(row)); return part ? [{ row, part }] : []; });
  const ids = seen.map(({ row }) => row.id);
  const names = await namesOf(em, [...new Set(seen.flatMap(({ part }) => part.institutionIds))]);
  const drawn = await drawnCounts(em, ids);
  const findings = await findingRows(em, ids, [...names.keys()]);
  return seen.map(({ row, part }) => {
    const reading = { part, reader, now };
    const own = findings.filter((one) => one.inspection_id === row.id && part.institutionIds.includes(one.institution_id)).map((one) => findingOf(one, reading));
    return briefOf(row, reading, names, drawn(row.id, part.institutionIds), shownTo(row, reading, own));
  });
}

async function looksOf(em: EntityManager, row: InspectionRow, { institutionIds }: InspectionPart): Promise<Inspection['looks']> {
  const rows = await em.execute<{ ordinal: number; at: string; by: string; purpose: string }[]>(
    `select u.ordinal, k.at, p.name as by, k.purpose from inspection_look k join inspection_unit u on u.id = k.inspection_unit_id join person p on p.id = k.person_id
     where k.inspection_id = ? and k.institution_id = any(?::uuid[]) order by k.at desc, k.id limit ${mostListed}`, [row.id, arrayOf(institutionIds)]);
  return rows.map((one) => ({ ...one, at: iso(one.at) }));
}
async function titlesOf(em: EntityManager, { courseId, cohortId }: InspectionScope): Promise<{ courseTitle: string | null; cohortTitle: string | null }> {
  const [row] = await em.execute<{ course: string | null; cohort: string | null }[]>('select (select title from course where id = ?::uuid) as course, (select title from cohort where id = ?::uuid) as cohort', [courseId, cohortId]);
  return { courseTitle: row?.course ?? null, cohortTitle: row?.cohort ?? null };
}

/** All of it, as this person sees it; null where they may not know of it. */
export async function describeInspection(em: EntityManager, personId: string, inspectionId: string, now: Date): Promise<Inspection | null> {
  const found = await inspectionFor(em, personId, inspectionId);
  if (!found) return null;
  const { row, part, reader } = found;
  const reading = { part, reader, now };
  const findings = await findingsOf(em, row, reading);
  const units = await unitsOf(em, row, reading, findings);
  const standing = standingOf(row, findings);
  const may = (move: 'draw' | 'find' | 'handOver' | 'close'): boolean => part.part === 'inspector' && mayMove(standing, move);
  return {
    ...briefOf(row, reading, await namesOf(em, part.institutionIds), units.length, findings), scope: row.scope, ...await titlesOf(em, row.scope), seedHash: row.seed_hash, seed: row.drawn_at === null ? null : row.seed, ownWords: row.own_words ?? '',
    populationHash: row.population_hash, populationCount: row.population_count, withoutFilm: row.without_film, drawnAt: isoOrNull(row.drawn_at), handedAt: isoOrNull(row.handed_at), closedAt: isoOrNull(row.closed_at), closingWords: row.closing_words ?? '',
    units, findingList: findings, looks: await looksOf(em, row, part), may: { draw: may('draw'), find: may('find'), handOver: may('handOver'), close: may('close') },
  };
}
