// Importing questions from a workbook: looked at as often as wanted, then all rows in one transaction or none.
import { createHash } from 'node:crypto';
import { mostToldProblems, type ImportReport } from '#contracts/question.ts';
import { BankQuestion, QuestionVersion } from '#db/entities/question.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { knownFingerprints } from '#db/queries/question-bank.ts';
import { newId } from '#domain/id.ts';
import type { FoundProblem, ReadQuestion } from '#domain/question-sheet.ts';
import { columnLetter } from '#domain/sheet-cell.ts';
import type { WorkbookReader } from '#runtime/workbook-reader.ts';
import type { Deps } from '../deps.ts';
import type { WorkbookUpload } from '../http/uploads.ts';
import type { ReadQuestions } from './sheet-thread.ts';
import { fingerprintOf, lockBank, versionRow, type Wording } from './versions.ts';

const rowsAtOnce = 500;
const sampleSize = 3;
const shownChars = 60;

interface Marked extends ReadQuestion { fingerprint: string }

async function doublesInBank(em: EntityManager, courseId: string, good: readonly Marked[]): Promise<FoundProblem[]> {
  const known = await knownFingerprints(em, courseId, good.map(({ fingerprint }) => fingerprint));
  return good.filter(({ fingerprint }) => known.has(fingerprint))
    .map(({ row, content }) => ({ row, column: null, code: 'double_in_bank', text: content.stem.slice(0, shownChars), row2: null }));
}

function reportOf({ rows, good, columns }: ReadQuestions, problems: readonly FoundProblem[], imported: number): ImportReport {
  const places = new Map(columns);
  const letterOf = ({ column }: FoundProblem): string => (column !== null && places.has(column) ? columnLetter(places.get(column)!) : '');
  const told = [...problems].sort((a, b) => a.row - b.row).slice(0, mostToldProblems);
  return {
    rows, badRows: new Set(problems.map(({ row }) => row)).size, problems: told.map((problem) => ({ ...problem, letter: letterOf(problem) })), more: problems.length > told.length, imported,
    sample: good.slice(0, sampleSize).map(({ content }) => ({ ...content, options: [...content.options], right: [...content.right], accepted: [...content.accepted], pictureId: null })),
  };
}

async function insertAll(em: EntityManager, actor: Actor, courseId: string, good: readonly Marked[], at: Date): Promise<void> {
  const rows = good.map(({ content, fingerprint }, index) => {
    // The list shows the newest first: the first row of the file stands on top.
    const questionId = newId(at.getTime() - index);
    const wording: Wording = { content, pictureId: null, fingerprint };
    return {
      question: { id: questionId, institutionId: actor.institutionId!, courseId, version: 1, createdBy: actor.personId!, createdAt: at, retiredAt: null },
      version: versionRow(actor, questionId, 1, wording, at),
    };
  });
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce);
    await em.insertMany(BankQuestion, part.map(({ question }) => question));
    await em.insertMany(QuestionVersion, part.map(({ version }) => version));
  }
}

/** With `look` nothing is written. With one bad row nothing is imported. Throws not_found, sheet_invalid, sheet_too_large. */
export async function importQuestions(deps: Deps, reader: WorkbookReader<ReadQuestions>, { personId, courseId, mode }: { personId: string; courseId: string; mode: 'look' | 'import' }, upload: WorkbookUpload): Promise<ImportReport> {
  const { institutionId } = await requireCourse(deps.orm.em.fork(), personId, courseId);
  const bytes = await upload.read(deps.config.QUESTION_IMPORT_MAX_MB * 1024 * 1024);
  const sheet = await reader(bytes, null);
  const good = sheet.good.map((one): Marked => ({ ...one, fingerprint: fingerprintOf(one.content, null) }));
  const actor = actorFor(personId, institutionId);
  const report = await unitOfWork(deps.orm, actor, async (em) => {
    if (mode === 'import') await lockBank(em, courseId);
    const problems = [...sheet.problems, ...(await doublesInBank(em, courseId, good))];
    if (mode === 'look' || problems.length > 0 || good.length === 0) return reportOf(sheet, problems, 0);
    const at = deps.now();
    await insertAll(em, actor, courseId, good, at);
    const fileSha256 = createHash('sha256').update(bytes).digest('hex');
    await appendEvent(em, actor, `institution:${institutionId}`, 'questions:imported', at, { courseId, questions: good.length, fileSha256 });
    return reportOf(sheet, problems, good.length);
  });
  deps.log.info({ courseId, personId, mode, rows: report.rows, badRows: report.badRows, imported: report.imported }, 'questions looked at for import');
  return report;
}
