// Job ledger-export: writes the rows that somebody asked for into a file, piece by piece, and says how far it is. Memory does not grow with the rows.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { LedgerRow } from '#contracts/ledger.ts';
import { ledgerExportKey, ledgerWorkFile } from '#contracts/places.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { printedNewest } from '#db/queries/tree-heads.ts';
import { exportRows, type ExportRow } from '#db/queries/ledger-exports.ts';
import { learnerLedger } from '#db/queries/learner-ledger.ts';
import { requireScope, type Scope } from '#db/queries/ledger-scope.ts';
import { ledgerCounts, ledgerPieces } from '#db/queries/ledger.ts';
import { packByName } from '#domain/rules/packs.ts';
import { cellsOf, columns, headingsIn, notesOf, sheetNames, type Noted } from './columns.ts';
import { csvLine, csvMark } from './csv.ts';
import { printHours, printLedger } from './print.ts';
import type { LedgerDeps } from './jobs.ts';
import { writeWorkbook } from './workbook.ts';

/** Rows read and written at a time; and learners whose lists are. */
const [pieceRows, pieceLists] = [1000, 20];

const actorOf = (row: ExportRow) => ({ personId: row.asked_by, institutionId: row.institution_id });
const settle = (deps: LedgerDeps, row: ExportRow, sql: string, values: readonly unknown[]): Promise<unknown> =>
  unitOfWork(deps.orm, actorOf(row), (em) => em.execute(`update ledger_export set ${sql} where id = ? and status in ('waiting', 'making')`, [...values, row.id]));

/** Counts what goes through and says how far it is. */
class Passing {
  rows = 0;
  oldest: string | null = null;
  readonly packs = new Set<string>();
  readonly #told: (rows: number) => Promise<unknown>;

  constructor(told: (rows: number) => Promise<unknown>) {
    this.#told = told;
  }

  async* through(pieces: AsyncIterable<LedgerRow[]>): AsyncGenerator<LedgerRow[]> {
    for await (const piece of pieces) {
      yield piece;
      for (const { asOf, rulePack } of piece) {
        if (this.oldest === null || asOf < this.oldest) this.oldest = asOf;
        this.packs.add(rulePack);
      }
      this.rows += piece.length;
      await this.#told(this.rows);
    }
  }
}

async function notedOf(em: EntityManager, row: ExportRow, passing: Passing, now: Date): Promise<Noted> {
  const { cohortId = null, courseId = null, attendanceLow, accuracyLow, unsettled, text } = row.filter;
  const [names] = await em.execute<{ institution: string; cohort: string | null; course: string | null }[]>(
    'select i.name as institution, (select title from cohort where id = ?::uuid and institution_id = i.id) as cohort, (select title from course where id = ?::uuid and institution_id = i.id) as course from institution i where i.id = ?',
    [cohortId, courseId, row.institution_id]);
  return {
    institutionName: names?.institution ?? '', cohortTitle: names?.cohort ?? null, courseTitle: names?.course ?? null, attendanceLow: attendanceLow === 'yes', accuracyLow: accuracyLow === 'yes', unsettled: unsettled === 'yes',
    searched: text?.trim() || null, rows: passing.rows, madeAt: now.toISOString(), oldestAsOf: passing.oldest,
    rulePacks: [...passing.packs].sort().map((name) => ({ name, ...packByName(name).attendance })),
  };
}

async function write(deps: LedgerDeps, em: EntityManager, row: ExportRow, scope: Scope, path: string, passing: Passing): Promise<void> {
  const { locale, format, filter: { sort, order, ...narrowing } } = row;
  const pieces = passing.through(ledgerPieces(em, { scope, narrowing, sort, down: order === 'down' }, format === 'hours' ? pieceLists : pieceRows));
  const noted = () => notedOf(em, row, passing, deps.now());
  if (format === 'pdf') return printLedger(path, locale, pieces, noted);
  if (format === 'hours') return printHours(path, locale, pieces, { now: deps.now(), institutionName: (await noted()).institutionName, evidence: await printedNewest(em), listOf: (who) => learnerLedger(em, who, deps.now()) });
  if (format === 'csv') {
    async function* lines() {
      yield csvMark + csvLine(headingsIn(locale).map((value) => ({ kind: 'text', value })));
      for await (const piece of pieces) yield piece.map((one) => csvLine(cellsOf(one, locale))).join('');
    }
    await pipeline(lines(), createWriteStream(path));
    return;
  }
  async function* rows() {
    for await (const piece of pieces) yield piece.map((one) => cellsOf(one, locale));
  }
  async function* notes() {
    yield notesOf(await noted(), locale).map((line) => line.map((value) => ({ kind: 'text', value }) as const));
  }
  await writeWorkbook(path, [
    { name: sheetNames.ledger[locale], headings: headingsIn(locale), widths: columns.map(({ width }) => width), rows: rows() },
    { name: sheetNames.notes[locale], headings: ['', sheetNames.notes[locale]], widths: [24, 100], rows: notes() },
  ]);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** Twice the same job: the second writes it anew, and it stands once. What the asker does not see any more fails. */
export async function makeExport(deps: LedgerDeps, exportId: string): Promise<void> {
  const em = deps.orm.em.fork();
  const [row] = await exportRows(em, `x.id = ? and x.status in ('waiting', 'making') and x.delete_after > ?`, [exportId, deps.now()]);
  if (!row) return;
  const narrowing = row.filter;
  const scope = await requireScope(em, row.asked_by, narrowing);
  const { found } = await ledgerCounts(em, { scope, narrowing }, deps.now());
  await settle(deps, row, `status = 'making', begun_at = ?, done_rows = 0, all_rows = ?`, [deps.now(), found]);
  const path = join(deps.dataDir, ledgerWorkFile(exportId));
  await mkdir(dirname(path), { recursive: true });
  try {
    const passing = new Passing((rows) => settle(deps, row, 'done_rows = ?', [rows]));
    await write(deps, em, row, scope, path, passing);
    const [sha256, { size }] = [await sha256Of(path), await stat(path)];
    const key = ledgerExportKey(exportId, row.format);
    await deps.storage.move(key, path);
    await unitOfWork(deps.orm, actorOf(row), async (work) => {
      await work.execute(`update ledger_export set status = 'ready', done_rows = ?, all_rows = ?, storage_key = ?, size_bytes = ?, sha256 = ?, settled_at = ? where id = ?`,
        [passing.rows, passing.rows, key, size, sha256, deps.now(), exportId]);
      await appendEvent(work, actorOf(row), `institution:${row.institution_id}`, 'ledger:exported', deps.now(), { exportId, format: row.format, rows: passing.rows, sizeBytes: size, sha256 });
    });
  } finally {
    await rm(path, { force: true });
  }
}

/** After the last try. */
export async function giveUpExport(deps: LedgerDeps, exportId: string): Promise<void> {
  const [row] = await exportRows(deps.orm.em.fork(), 'x.id = ?', [exportId]);
  if (row) await settle(deps, row, `status = 'failed', settled_at = ?`, [deps.now()]);
}

/** Files whose time is over; answers how many. The file first: a crash in between leaves a row that is found again. */
export async function removeOldExports({ orm, storage, now }: Pick<LedgerDeps, 'orm' | 'storage' | 'now'>): Promise<number> {
  const old = await orm.em.fork().execute<{ id: string; institution_id: string; storage_key: string | null }[]>(`select id, institution_id, storage_key from ledger_export where status <> 'gone' and delete_after <= ? limit 100`, [now()]);
  for (const { id, institution_id: institutionId, storage_key: key } of old) {
    if (key) await storage.remove(key);
    await unitOfWork(orm, { personId: null, institutionId }, (em) => em.execute(`update ledger_export set status = 'gone', storage_key = null where id = ?`, [id]));
  }
  return old.length;
}
