// The parts of a subsidy file, each written to a file of its own, from the same queries as page and report.
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { attachmentKey } from '#contracts/places.ts';
import { Certificate } from '#db/entities/certificate.ts';
import type { EvidenceSigner } from '#db/evidence-key.ts';
import type { EntityManager } from '#db/orm.ts';
import { cohortEvidence } from '#db/queries/cohort-evidence.ts';
import { evidenceFile } from '#db/queries/evidence-export.ts';
import { learnerLedger } from '#db/queries/learner-ledger.ts';
import { ledgerPieces } from '#db/queries/ledger.ts';
import type { LedgerRow } from '#contracts/ledger.ts';
import { applicationPaperFacts, type RosterPerson } from '#db/queries/paper-facts.ts';
import { printedNewest } from '#db/queries/tree-heads.ts';
import { answersOfCohort, attemptsOfCohort, attendanceOf, checksOfCohort, onSiteOfCohort, signedSheetsOf } from '#db/queries/subsidy-rows.ts';
import { applicationPaper } from '#domain/paper/application-paper.ts';
import type { AttachmentType } from '#domain/attachment.ts';
import { signedSheetName, subsidyNames, verifyPageName, type SubsidyPart } from '#domain/paper/subsidy.ts';
import { packByName } from '#domain/rules/packs.ts';
import { verifyPagePath } from '#runtime/verify-page.ts';
import { writePaper } from '#runtime/paper/write-paper.ts';
import type { Storage } from '#runtime/storage.ts';
import { drawCertificates } from '#runtime/pdf/draw-certificates.ts';
import { cellsOf, columns, headingsIn } from '../ledger/columns.ts';
import { printHours } from '../ledger/print.ts';
import { writeWorkbook, type Sheet } from '../ledger/workbook.ts';
import { answerSheet, attendanceSheet, certificateSheet, checkSheet, examSheet, onSiteSheet, rosterSheet } from './sheets.ts';

/** `ledger` is read once, when the parts begin. Null: there is nothing of it, and no file. */
export interface PartsOf { em: EntityManager; signer: EvidenceSigner | null; storage: Storage; folder: string; institutionId: string; institutionName: string; cohortId: string; origin: string; roster: readonly RosterPerson[]; ledger: readonly LedgerRow[]; now: Date }
/** `more`: names of files beside the part's own. */
type Made = { rows: number; more?: string[] } | null;
type Maker = (of: PartsOf, path: string) => Promise<Made>;

async function workbook(path: string, sheet: Sheet, rows: number): Promise<Made> {
  await writeWorkbook(path, [sheet]);
  return { rows };
}

const application = (format: 'pdf' | 'xlsx'): Maker => async ({ em, institutionId, cohortId, roster, origin, now }, path) => {
  const paper = applicationPaper(await applicationPaperFacts(em, institutionId, cohortId, roster, now), now, true);
  await writeFile(path, await writePaper({ paper, format, origin }));
  return { rows: roster.length };
};

const certificatesOf = async ({ em, cohortId }: PartsOf) => (await em.find(Certificate, { cohortId, revokedAt: null }, { disableIdentityMap: true })).map(({ printed }) => printed)
  .sort((one, other) => one.name.localeCompare(other.name, 'zh') || one.serial.localeCompare(other.serial));
async function certificates(of: PartsOf, path: string): Promise<Made> {
  const found = await certificatesOf(of);
  if (found.length === 0) return null;
  async function* pieces() { for (let from = 0; from < found.length; from += 20) yield found.slice(from, from + 20); }
  await pipeline(drawCertificates(pieces(), { day: found.map(({ issuedOn }) => issuedOn).sort().at(-1)!, origin: of.origin, evidence: await printedNewest(of.em) }), createWriteStream(path));
  return { rows: found.length };
}

async function hours({ em, ledger, institutionName, now }: PartsOf, path: string): Promise<Made> {
  if (ledger.length === 0) return null;
  async function* pieces() { for (let from = 0; from < ledger.length; from += 20) yield ledger.slice(from, from + 20); }
  await printHours(path, 'zh', pieces(), { now, institutionName, evidence: await printedNewest(em), listOf: (who) => learnerLedger(em, who, now) });
  return { rows: ledger.length };
}

const endings: Record<AttachmentType, string> = { 'application/pdf': 'pdf', 'image/jpeg': 'jpg', 'image/png': 'png' };
/** Who was at a place, and the sheets they signed as they were handed in: what these hours rest on. */
async function onSite({ em, storage, folder, institutionId, cohortId }: PartsOf, path: string): Promise<Made> {
  const [sheets, rows] = [await signedSheetsOf(em, cohortId), await onSiteOfCohort(em, cohortId)];
  // Where all signed by phone there are rows and no sheet.
  if (sheets.length === 0 && rows.length === 0) return null;
  const more: string[] = [];
  for (const [index, { attachmentId, contentType }] of sheets.entries()) {
    const name = signedSheetName(index + 1, endings[contentType]);
    await pipeline(storage.stream(attachmentKey(institutionId, attachmentId)), createWriteStream(join(folder, name)));
    more.push(name);
  }
  await writeWorkbook(path, [onSiteSheet(rows)]);
  return { rows: rows.length, more };
}

/** The facts behind all of it, with the page that verifies them. Rows are its lines. */
async function evidenceAndPage({ em, signer, folder, cohortId, now }: PartsOf, path: string): Promise<Made> {
  // Nothing was ever signed: a platform without a single fact.
  if (!signer) return null;
  let rows = 0;
  const wanted = await cohortEvidence(em, cohortId);
  async function* lines(by: EvidenceSigner) { for await (const line of evidenceFile(em, by, wanted, now)) { rows++; yield line; } }
  await pipeline(lines(signer), createWriteStream(path));
  await writeFile(join(folder, verifyPageName), await readFile(verifyPagePath));
  return { rows, more: [verifyPageName] };
}

const makers: Record<SubsidyPart, Maker> = {
  application: application('pdf'), applicationSheet: application('xlsx'),
  roster: ({ roster }, path) => workbook(path, rosterSheet(roster), roster.length),
  ledger: ({ ledger }, path) => workbook(path, { name: '电子培训台账', headings: headingsIn('zh'), widths: columns.map(({ width }) => width), rows: [ledger.map((row) => cellsOf(row, 'zh'))] }, ledger.length),
  attendance: async ({ em, cohortId }, path) => { const rows = await attendanceOf(em, cohortId); return workbook(path, attendanceSheet(rows), rows.length); },
  hours,
  checks: async ({ em, cohortId }, path) => { const rows = await checksOfCohort(em, cohortId); return workbook(path, checkSheet(rows), rows.length); },
  answers: async ({ em, cohortId }, path) => { const rows = await answersOfCohort(em, cohortId); return workbook(path, answerSheet(rows), rows.length); },
  exams: async ({ em, cohortId }, path) => { const rows = await attemptsOfCohort(em, cohortId); return workbook(path, examSheet(rows), rows.length); },
  certificates,
  certificateList: async (of, path) => { const rows = await certificatesOf(of); return workbook(path, certificateSheet(rows), rows.length); },
  rules: async ({ ledger }, path) => {
    const packs = [...new Set(ledger.map(({ rulePack }) => rulePack))].sort().map(packByName);
    await writeFile(path, `${JSON.stringify(packs, null, 2)}\n`);
    return { rows: packs.length };
  },
  onSite,
  evidence: evidenceAndPage,
};

/** The whole ledger of the cohort, by name. */
export async function ledgerOfCohort(em: EntityManager, institutionId: string, cohortId: string): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  for await (const piece of ledgerPieces(em, { scope: { institutionId, cohortIds: [cohortId] }, narrowing: { institutionId, cohortId } }, 1000)) rows.push(...piece);
  return rows;
}

/** Writes one part below `folder`; answers names of its files and how many rows it has, null where there is nothing of it. */
export async function writePart(of: PartsOf, part: SubsidyPart): Promise<{ names: string[]; rows: number } | null> {
  const made = await makers[part](of, join(of.folder, subsidyNames[part]));
  return made && { names: [subsidyNames[part], ...made.more ?? []], rows: made.rows };
}
