// Carrying out an inspection: the seed's hash first, then the list and the draw, findings, handing over, answers, and the end. Each step is a fact; nothing is taken back.
import type { FindingDecisionBody, Inspection, InspectionBody } from '#contracts/inspection.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { InspectionAnswer, InspectionUnit } from '#db/entities/inspection.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { inspectedBy } from '#db/queries/inspection-access.ts';
import { inspectionPopulation, unitsWithoutFilm, type PopulationScope } from '#db/queries/inspection-population.ts';
import { describeInspection, findingsOf, holdInspection, inspectionFor, inspectionOfFinding, standingOf, type InspectionRow } from '#db/queries/inspections.ts';
import { actorFor, arrayOf } from '#db/queries/lesson-access.ts';
import { tellOfInspection } from '#db/queries/notices.ts';
import { shanghaiInstant } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { mayReply, type ReplyKind } from '#domain/inspection/finding.ts';
import { inspectionWords, longestPeriodDays, requireMove, type InspectionMove } from '#domain/inspection/inspection.ts';
import { drawInspection } from '#runtime/inspection-draw.ts';
import { newSeed, sealSeed } from '#runtime/seeded-random.ts';
import type { Deps } from '../deps.ts';
import { tellInspection } from './telling.ts';

const missing = (): DomainError => new DomainError('not_found', 'no such inspection');
const dayMs = 86_400_000;
export const deadlineAfter = (at: Date, days: number): Date => new Date(at.getTime() + days * dayMs);

/** As this person sees it. Throws not_found. */
export async function showInspection(em: EntityManager, personId: string, inspectionId: string, now: Date): Promise<Inspection> {
  const shown = await describeInspection(em, personId, inspectionId, now);
  if (!shown) throw missing();
  return shown;
}

/** Instants of a scope. Throws bad_request for a period that is none. */
function scopeOf({ institutionIds, scope }: Pick<InspectionBody, 'institutionIds' | 'scope'>): PopulationScope {
  const [fromAt, lastAt] = [shanghaiInstant(scope.from, '00:00'), shanghaiInstant(scope.to, '00:00')];
  if (!fromAt || !lastAt || lastAt < fromAt || lastAt.getTime() - fromAt.getTime() > longestPeriodDays * dayMs) throw new DomainError('bad_request', 'no period, or too long a one');
  return { ...scope, institutionIds, fromAt, untilAt: new Date(lastAt.getTime() + dayMs) };
}

/** Throws not_found for what is not of these institutions. */
async function requireWithin(em: EntityManager, { institutionIds, scope: { courseId, cohortId } }: InspectionBody): Promise<void> {
  const [row] = await em.execute<{ fits: boolean }[]>(
    `select (?::uuid is null or exists (select from course k where k.id = ?::uuid and k.institution_id = any(?::uuid[]))) and (?::uuid is null or exists (select from cohort c where c.id = ?::uuid and c.institution_id = any(?::uuid[]) and (?::uuid is null or c.course_id = ?::uuid))) as fits`,
    [courseId, courseId, arrayOf(institutionIds), cohortId, cohortId, arrayOf(institutionIds), courseId, courseId]);
  if (!row?.fits) throw new DomainError('not_found', 'no such course or cohort there');
}

/** Publishes the hash of a fresh seed, before anything can be known of what it will draw. Throws what the route says. */
export async function sealInspection({ orm, now }: Deps, personId: string, body: InspectionBody): Promise<Inspection> {
  scopeOf(body);
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const allowed = new Set(await inspectedBy(em, personId));
    if (!body.institutionIds.every((id) => allowed.has(id))) throw new DomainError('not_found', 'an institution one does not oversee');
    await requireWithin(em, body);
    const [at, inspectionId, seed] = [now(), newId(now().getTime()), newSeed()];
    const { title, announced, scope, size, institutionIds } = body;
    await em.execute(
      `insert into inspection (id, institution_ids, title, announced, scope, size, status, seed, seed_hash, made_by, made_at) values (?, ?::uuid[], ?, ?, ?::jsonb, ?, 'sealed', ?, ?, ?, ?)`,
      [inspectionId, arrayOf(institutionIds), title.trim(), announced, JSON.stringify(scope), size, seed, sealSeed(seed), personId, at]);
    await tellInspection(em, personId, { id: inspectionId, institutionIds, announced, state: 'sealed', drawn: false, madeBy: personId }, 'sealed', at, { seedHash: sealSeed(seed), size, scope, institutions: institutionIds.length });
    return showInspection(em, personId, inspectionId, at);
  });
}

/** The inspection of whoever carries it out, held until the transaction ends. Throws not_found, inspection_move_refused. */
export async function held(em: EntityManager, personId: string, inspectionId: string, move: InspectionMove, now: Date): Promise<InspectionRow> {
  await holdInspection(em, inspectionId);
  const found = await inspectionFor(em, personId, inspectionId);
  if (found?.part.part !== 'inspector') throw missing();
  requireMove(standingOf(found.row, await findingsOf(em, found.row, { ...found, now })), move);
  return found.row;
}
export const toldOf = ({ id, institution_ids: institutionIds, announced, status: state, made_by: madeBy, drawn_at: drawnAt }: InspectionRow) => ({ id, institutionIds, announced, state, drawn: drawnAt !== null, madeBy });

/** Freezes the list, draws from it, tells the seed. `words`: the inspector's own part of the draw. Throws what the route says. */
export async function drawSealed({ orm, now }: Deps, personId: string, inspectionId: string, words: string): Promise<Inspection> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const at = now();
    const row = await held(em, personId, inspectionId, 'draw', at);
    const scope = scopeOf({ institutionIds: row.institution_ids, scope: row.scope });
    const candidates = await inspectionPopulation(em, scope);
    if (candidates.length === 0) throw new DomainError('inspection_empty', 'no recording in this scope');
    const { population, sha256, drawn } = drawInspection(candidates, row.size, row.seed, words);
    const withoutFilm = await unitsWithoutFilm(em, scope);
    await em.execute(
      `update inspection set status = 'drawn', own_words = ?, population = ?, population_hash = ?, population_count = ?, without_film = ?, drawn_by = ?, drawn_at = ? where id = ?`,
      [words, population, sha256, candidates.length, withoutFilm, personId, at, inspectionId]);
    await em.insertMany(InspectionUnit, drawn.map(({ replayId, institutionId, lessonId, unitId, risk, sha256: file }, index) => ({ id: newId(), inspectionId, institutionId, ordinal: index + 1, replayId, lessonId, unitId, risk, sha256: file })));
    await tellInspection(em, personId, { ...toldOf(row), state: 'drawn', drawn: true }, 'drawn', at, { seed: row.seed, seedHash: row.seed_hash, wordsHash: canonicalHash({ words }), populationHash: sha256, populationCount: candidates.length, withoutFilm },
      (institutionIds) => ({ drawn: drawn.filter(({ institutionId }) => institutionIds.includes(institutionId)).map(({ replayId }) => replayId) }));
    return showInspection(em, personId, inspectionId, at);
  });
}

/** Throws not_found, inspection_move_refused. */
export async function handOver({ orm, now }: Deps, personId: string, inspectionId: string, days: number): Promise<Inspection> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const at = now();
    const row = await held(em, personId, inspectionId, 'handOver', at);
    await em.execute(`update inspection set status = 'handed', handed_by = ?, handed_at = ?, due_at = ? where id = ?`, [personId, at, deadlineAfter(at, days), inspectionId]);
    const { findingList } = await showInspection(em, personId, inspectionId, at);
    await tellInspection(em, personId, { ...toldOf(row), state: 'handed' }, 'handed', at, { dueAt: deadlineAfter(at, days).toISOString(), ...drawOf(row) },
      (institutionIds) => ({ findings: findingList.filter(({ institutionId, state }) => institutionIds.includes(institutionId) && state !== 'withdrawn').map(({ findingId, severity, atMs }) => ({ findingId, severity, atMs })) }));
    const concerned = new Set(findingList.filter(({ state }) => state !== 'withdrawn').map(({ institutionId }) => institutionId));
    for (const institutionId of concerned) await tellOfInspection(em, { institutionId, kind: 'inspection_findings', title: row.title, aboutAt: deadlineAfter(at, days), now: at });
    return showInspection(em, personId, inspectionId, at);
  });
}
/** What was sealed and drawn, told again where the institution hears of it for the first time. */
const drawOf = ({ seed, seed_hash: seedHash, population_hash: populationHash, made_at: sealedAt, drawn_at: drawnAt }: InspectionRow) => ({ seed: drawnAt && seed, seedHash, populationHash, sealedAt: new Date(sealedAt).toISOString(), drawnAt: drawnAt && new Date(drawnAt).toISOString() });

/** Throws not_found, inspection_move_refused. */
export async function closeInspection({ orm, now }: Deps, personId: string, inspectionId: string, words: string): Promise<Inspection> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const at = now();
    const row = await held(em, personId, inspectionId, 'close', at);
    await em.execute(`update inspection set status = 'closed', closed_by = ?, closed_at = ?, closing_words = ? where id = ?`, [personId, at, words.trim(), inspectionId]);
    await tellInspection(em, personId, { ...toldOf(row), state: 'closed' }, 'closed', at, drawOf(row));
    return showInspection(em, personId, inspectionId, at);
  });
}

interface Reply { kind: ReplyKind; words: string; dueAt: Date | null }
/** One more thing that is said about a finding. Throws not_found, finding_settled, inspection_own_answer. */
async function reply({ orm, now }: Deps, personId: string, findingId: string, said: (at: Date) => Reply): Promise<Inspection> {
  return unitOfWork(orm, actorFor(personId, null), async (em) => {
    const of = await inspectionOfFinding(em, findingId);
    if (!of) throw missing();
    const at = now();
    const { kind, words, dueAt } = said(at);
    await holdInspection(em, of.inspectionId);
    const found = await inspectionFor(em, personId, of.inspectionId);
    const finding = found && (await findingsOf(em, found.row, { ...found, now: at })).find((one) => one.findingId === findingId);
    if (!found || !finding || (kind === 'answer' ? !found.reader.offices.has(of.institutionId) : found.part.part !== 'inspector')) throw missing();
    if (!mayReply(finding.state, kind, found.row.status === 'handed')) throw new DomainError('finding_settled', `a finding that is ${finding.state}: no ${kind}`);
    if ((kind === 'accepted' || kind === 'returned') && !finding.mayDecide) throw new DomainError('inspection_own_answer', 'nobody accepts their own answer');
    await em.insert(InspectionAnswer, { id: newId(at.getTime()), institutionId: of.institutionId, findingId, ordinal: finding.replies.length + 1, kind, words: words.trim(), dueAt, madeBy: personId, madeAt: at });
    await tellInspection(em, personId, { ...toldOf(found.row), institutionIds: [of.institutionId], ...(kind === 'withdrawn' && { announced: false }) }, kind, at, { findingId, wordsHash: canonicalHash({ words: words.trim() }), ...(dueAt && { dueAt: dueAt.toISOString() }) });
    const about = { institutionId: of.institutionId, title: found.row.title, now: at };
    if (kind === 'answer') await tellOfInspection(em, { ...about, kind: 'inspection_answered', aboutAt: at, personIds: [found.row.made_by] });
    if (kind === 'returned') await tellOfInspection(em, { ...about, kind: 'inspection_findings', aboutAt: dueAt ?? new Date(finding.dueAt ?? at) });
    return showInspection(em, personId, of.inspectionId, at);
  });
}

/** The institution says what it did about a finding. Throws what the route says. */
export const answerFinding = (deps: Deps, personId: string, findingId: string, { words }: { words: string }): Promise<Inspection> => reply(deps, personId, findingId, () => ({ kind: 'answer', words, dueAt: null }));

/** What was filed by mistake is not handed over. Throws what the route says. */
export const withdrawFinding = (deps: Deps, personId: string, findingId: string, words: string): Promise<Inspection> => reply(deps, personId, findingId, () => ({ kind: 'withdrawn', words, dueAt: null }));

/** Throws what the route says. */
export async function decideFinding(deps: Deps, personId: string, findingId: string, { outcome, words, days }: FindingDecisionBody): Promise<Inspection> {
  if (outcome === 'returned' && words.trim().length < inspectionWords.least) throw new DomainError('bad_request', 'say what is missing');
  return reply(deps, personId, findingId, (at) => ({ kind: outcome, words, dueAt: outcome === 'returned' && days !== null ? deadlineAfter(at, days) : null }));
}
