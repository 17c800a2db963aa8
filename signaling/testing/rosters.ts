// Tables of learners as tests send them, and the office that imports them.
import ExcelJS from 'exceljs';
import type { LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';
import type { RosterImportState, RosterPage } from '#contracts/cohort.ts';
import { checkDigitOf } from '#domain/identity/document.ts';
import { rosterColumns, rosterWords, type RosterColumn } from '#domain/roster-sheet.ts';
import type { HttpWorld, Known } from './http-world.ts';
import type { School } from './school.ts';

export const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
export type Row = Partial<Record<RosterColumn, unknown>>;
let made = 0;
/** Somebody nobody knows: the running number is the day of birth and the order of that day. */
export const learner = (change: Row = {}): Row => {
  const at = made++;
  const day = new Date(Date.UTC(1970, 0, 1) + Math.floor(at / 900) * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const seventeen = `440305${day}${String(100 + (at % 900))}`;
  return { name: '韩梅梅', document: '居民身份证', number: seventeen + checkDigitOf(seventeen), phone: `139${String(10_000_000 + at)}`, category: '企业职工', employer: '示范焊接厂', ...change };
};
export const learners = (count: number): Row[] => Array.from({ length: count }, () => learner());
export const chineseHeading = rosterColumns.map((column) => rosterWords[column].zh[0]!);

export async function workbookOf(rows: readonly Row[], heading: readonly string[] = chineseHeading, change: (sheet: ExcelJS.Worksheet) => void = () => undefined): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('名单');
  sheet.addRow([...heading]);
  for (const row of rows) sheet.addRow(rosterColumns.map((column) => row[column] ?? null));
  change(sheet);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Each problem as [row, column, letter, code, other row]. */
export const problemsOf = (state: RosterImportState) => state.problems.map(({ row, column, letter, code, row2 }) => [row, column, letter, code, row2]);

export interface RosterOffice {
  base: string;
  upload(bytes: Buffer, person?: Known): Promise<LightMyRequestResponse>;
  /** Uploads, and waits until it was looked at. */
  look(bytes: Buffer): Promise<RosterImportState>;
  take(state: RosterImportState): Promise<RosterImportState>;
  importAll(rows: readonly Row[]): Promise<RosterImportState>;
  roster(query?: string, person?: Known): Promise<RosterPage>;
}

export function rosterOffice(world: HttpWorld, school: School): RosterOffice {
  const base = `/api/cohorts/${school.cohortId}/roster-imports`;
  const upload: RosterOffice['upload'] = (bytes, person = school.scheduler) => world.call(`POST ${base}`, person, { payload: bytes, headers: { 'content-type': workbookType } });
  /** Asks until nothing is going on any more. */
  async function settled(response: LightMyRequestResponse): Promise<RosterImportState> {
    expect(response.statusCode, response.body).toBe(200);
    let now = response.json<RosterImportState>();
    while (now.status === 'checking' || now.status === 'writing') {
      await new Promise((resolve) => { setTimeout(resolve, 50); });
      now = (await world.call(`GET ${base}/${now.importId}`, school.scheduler)).json<RosterImportState>();
    }
    return now;
  }
  const look: RosterOffice['look'] = async (bytes) => settled(await upload(bytes));
  const take: RosterOffice['take'] = async ({ importId }) => settled(await world.call(`POST ${base}/${importId}/taking`, school.scheduler, { payload: {} }));
  return {
    base, upload, look, take, importAll: async (rows) => take(await look(await workbookOf(rows))),
    roster: async (query = '', person = school.scheduler) => (await world.call(`GET /api/cohorts/${school.cohortId}/roster${query}`, person)).json<RosterPage>(),
  };
}
