// Importing a roster: looked at, then taken, each beside the request that began it; all rows in one transaction or none.
import { createHash } from 'node:crypto';
import { mostToldRosterProblems, type RosterImportState } from '#contracts/cohort.ts';
import { RosterImport, type PlacedProblem } from '#db/entities/cohort.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { requireRunCohort, type KnownCohort } from '#db/queries/cohort-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError, type ErrorCode } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { importKeptMs, importSilentMs, importStatusAt } from '#domain/roster-import.ts';
import type { FoundRosterProblem, RosterRefusal } from '#domain/roster-sheet.ts';
import { columnLetter } from '#domain/sheet-cell.ts';
import { workbookEntries } from '#runtime/workbook-parts.ts';
import type { WorkbookReader } from '#runtime/workbook-reader.ts';
import type { InferEntity } from '@mikro-orm/postgresql';
import type { Deps } from '../deps.ts';
import type { WorkbookUpload } from '../http/uploads.ts';
import { compareRoster } from './roster-compare.ts';
import type { ReadRosterFile, RosterAbout } from './roster-thread.ts';
import { writeRoster } from './roster-writing.ts';

export type RosterReader = WorkbookReader<ReadRosterFile, RosterAbout>;
type Row = InferEntity<typeof RosterImport>;
export interface ImportDeps { deps: Deps; reader: RosterReader }
export interface OneImport { personId: string; cohortId: string; importId: string }

function stateOf(row: Row, now: Date, again = false): RosterImportState {
  const status = importStatusAt(row.status, row.beatAt.getTime(), now.getTime());
  const { refusal, refusalColumns, rows, badRows, doneRows, added, known, returned, mended } = row;
  return {
    importId: row.id, status, again, at: (row.settledAt ?? row.createdAt).toISOString(), refusal: status === 'failed' ? 'interrupted' : refusal ?? null, refusalColumns, rows, badRows, doneRows, added, known, returned, mended,
    problems: row.problems.slice(0, mostToldRosterProblems), more: row.problems.length > mostToldRosterProblems, marked: status === 'bad' && now.getTime() - row.createdAt.getTime() < importKeptMs,
  };
}

const find = (em: EntityManager, where: Partial<Pick<Row, 'id' | 'cohortId' | 'fileSha256' | 'status'>>): Promise<Row | null> => em.findOne(RosterImport, where, { disableIdentityMap: true });

/** Throws not_found, also for an import into another cohort. */
async function requireImport({ orm }: Deps, { personId, cohortId, importId }: OneImport): Promise<{ row: Row; cohort: KnownCohort }> {
  const em = orm.em.fork();
  const cohort = await requireRunCohort(em, personId, cohortId);
  const row = await find(em, { id: importId, cohortId });
  if (!row) throw new DomainError('not_found', 'no such import');
  return { row, cohort };
}

/** The file as it came; throws not_found where it is forgotten. */
export async function rosterFile(deps: Deps, one: OneImport): Promise<Buffer> {
  const { row } = await requireImport(deps, one);
  const [kept] = await deps.orm.em.fork().execute<{ sealed_file: Buffer | null }[]>('select sealed_file from roster_import where id = ?', [row.id]);
  if (!kept?.sealed_file || deps.now().getTime() - row.createdAt.getTime() >= importKeptMs) throw new DomainError('not_found', 'this file is not kept any more');
  return Buffer.from(deps.vault.openField({ personId: row.id, field: 'roster' }, kept.sealed_file), 'base64');
}
export const aboutNow = ({ now }: Deps): RosterAbout => ({ today: shanghaiDay(now()) });

const update = (deps: Deps, importId: string, change: Partial<Row>): Promise<number> => deps.orm.em.fork().nativeUpdate(RosterImport, { id: importId }, { beatAt: deps.now(), ...change });

function placed(problems: readonly FoundRosterProblem[], places: ReadRosterFile['places']): PlacedProblem[] {
  const letters = new Map(places.map(([column, at]) => [column, columnLetter(at)]));
  return [...problems].sort((a, b) => a.row - b.row).map((problem) => ({ ...problem, letter: problem.column === null ? '' : letters.get(problem.column) ?? '' }));
}
const badRows = (problems: readonly FoundRosterProblem[]): number => new Set(problems.map(({ row }) => row)).size;

/** Refusals of the reader itself, as the page tells them. */
const refusalOf = (error: unknown): RosterRefusal | null => {
  const code: ErrorCode | null = error instanceof DomainError ? error.code : null;
  return code === 'sheet_invalid' || code === 'sheet_too_large' ? code : null;
};

/** What is done beside a request: whatever happens, its row says so. */
async function beside(deps: Deps, importId: string, what: string, work: () => Promise<void>): Promise<void> {
  const { log, now } = deps;
  try {
    await work();
    log.info({ importId }, `a roster was ${what}`);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal) log.warn({ err: error, importId }, `a roster could not be ${what}`);
    await update(deps, importId, refusal ? { status: 'refused', refusal, settledAt: now(), sealedFile: null } : { status: 'failed', settledAt: now() })
      .catch((failure: unknown) => log.error({ err: failure, importId }, 'an import cannot even say that it failed'));
  }
}

async function look({ deps, reader }: ImportDeps, importId: string, cohort: KnownCohort, bytes: Buffer): Promise<void> {
  const { refusal, roster, places } = await reader(bytes, aboutNow(deps));
  if (refusal || !roster) {
    await update(deps, importId, { status: 'refused', refusal: refusal?.code ?? 'sheet_invalid', refusalColumns: refusal?.columns ?? [], settledAt: deps.now(), sealedFile: null });
    return;
  }
  const problems = [...roster.problems, ...(await compareRoster(deps.orm.em.fork(), deps.vault, cohort, roster.good, deps.now())).problems];
  await update(deps, importId, {
    status: problems.length > 0 ? 'bad' : 'clean', rows: roster.rows, badRows: badRows(problems), problems: placed(problems, places), mended: roster.mended, settledAt: deps.now(),
  });
}

/** Begins to look at a file. One that was imported here before is not looked at again. Throws not_found, sheet_invalid, sheet_too_large. */
export async function beginImport(given: ImportDeps, personId: string, cohortId: string, upload: WorkbookUpload): Promise<RosterImportState> {
  const { deps } = given;
  const em = deps.orm.em.fork();
  const cohort = await requireRunCohort(em, personId, cohortId);
  const bytes = await upload.read(deps.config.ROSTER_IMPORT_MAX_MB * 1024 * 1024);
  workbookEntries(bytes);
  const now = deps.now();
  const fileSha256 = createHash('sha256').update(bytes).digest('hex');
  const before = await find(em, { cohortId, fileSha256, status: 'imported' });
  if (before) return stateOf(before, now, true);
  // Of every institution: none of them may have another import soon.
  await acrossInstitutions(() => em.execute(`update roster_import set sealed_file = null where sealed_file is not null and created_at < ? and status <> 'writing'`, [new Date(now.getTime() - importKeptMs)]));
  const id = newId(now.getTime());
  await em.insert(RosterImport, {
    id, institutionId: cohort.institutionId, cohortId, createdBy: personId, createdAt: now, fileSha256, fileBytes: bytes.length, status: 'checking', beatAt: now, settledAt: null, refusal: null, refusalColumns: [], problems: [],
    sealedFile: deps.vault.sealField({ personId: id, field: 'roster' }, bytes.toString('base64')), mended: { spaces: 0, fullWidth: 0, smallX: 0 }, rows: 0, badRows: 0, doneRows: 0, added: 0, known: 0, returned: 0,
  });
  void beside(deps, id, 'looked at', () => look(given, id, cohort, bytes));
  return stateOf((await find(em, { id }))!, now);
}

export async function readImport(deps: Deps, one: OneImport): Promise<RosterImportState> {
  return stateOf((await requireImport(deps, one)).row, deps.now());
}

async function write({ deps, reader }: ImportDeps, one: OneImport, cohort: KnownCohort, bytes: Buffer): Promise<void> {
  const { importId, personId } = one;
  const { roster, places } = await reader(bytes, aboutNow(deps));
  if (!roster) throw new Error('a roster that was clean cannot be read again');
  const actor = actorFor(personId, cohort.institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    // Of two imports into a cohort one waits for the other, and finds what it wrote.
    await em.execute('select 1 from cohort where id = ? for no key update', [cohort.cohortId]);
    const at = deps.now();
    const { problems, known } = await compareRoster(em, deps.vault, cohort, roster.good, at);
    const all = [...roster.problems, ...problems];
    if (all.length > 0) {
      await em.nativeUpdate(RosterImport, { id: importId }, { status: 'bad', badRows: badRows(all), problems: placed(all, places), settledAt: at });
      return;
    }
    const written = await writeRoster({ em, vault: deps.vault, actor, cohort, importId, at }, roster.good, known, (done) => update(deps, importId, { doneRows: done }).then(() => undefined));
    await em.nativeUpdate(RosterImport, { id: importId }, { status: 'imported', ...written, doneRows: roster.rows, settledAt: at, sealedFile: null });
    const fileSha256 = createHash('sha256').update(bytes).digest('hex');
    await appendEvent(em, actor, `cohort:${cohort.cohortId}`, 'roster:imported', at, { importId, cohortId: cohort.cohortId, rows: roster.rows, ...written, fileSha256 });
  });
}

/** Begins to write; where it runs or is done already, only says so. Throws not_found, roster_not_ready. */
export async function takeImport(given: ImportDeps, one: OneImport): Promise<RosterImportState> {
  const { deps } = given;
  const { row, cohort } = await requireImport(deps, one);
  const now = deps.now();
  if (row.status === 'imported' || importStatusAt(row.status, row.beatAt.getTime(), now.getTime()) === 'writing') return stateOf(row, now);
  const silent = new Date(now.getTime() - importSilentMs);
  const mine = await deps.orm.em.fork().nativeUpdate(RosterImport, { id: row.id, sealedFile: { $ne: null }, badRows: 0, rows: { $gt: 0 }, $or: [{ status: { $in: ['clean', 'failed'] } }, { status: 'writing', beatAt: { $lt: silent } }] }, { status: 'writing', beatAt: now, doneRows: 0 });
  if (mine === 0) throw new DomainError('roster_not_ready', 'there are rows to mend, or the file is not kept any more');
  const bytes = await rosterFile(deps, one);
  void beside(deps, row.id, 'imported', () => write(given, one, cohort, bytes));
  return readImport(deps, one);
}
