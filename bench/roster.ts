// bench roster: a class of 10,000 imported from a table through the real signaling process: looked at, then written, and how much memory that took.
import { randomBytes, createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import ExcelJS from 'exceljs';
import type { RosterImportState } from '#contracts/cohort.ts';
import { Account, LoginSession, Membership, Person } from '#db/entities/people.ts';
import { openDatabase, type Orm } from '#db/orm.ts';
import { addSchool } from '#db/testing/school.ts';
import { checkDigitOf } from '#domain/identity/document.ts';
import { newId } from '#domain/id.ts';
import { rosterColumns, rosterWords } from '#domain/roster-sheet.ts';
import { numberOption, withoutDemo, withProduct, type ProductWorld } from './product-world.ts';

type Figures = Record<string, unknown>;
const dayMs = 86_400_000;
const perDay = 800;
const askMs = 100;

/** Everybody has another number and another phone. */
async function table(rows: number): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('名单');
  sheet.addRow(rosterColumns.map((column) => rosterWords[column].zh[0]));
  for (let at = 0; at < rows; at++) {
    const day = new Date(Math.floor(at / perDay) * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
    const seventeen = `440305${day}${100 + (at % perDay)}`;
    sheet.addRow(['韩梅梅', '居民身份证', seventeen + checkDigitOf(seventeen), `139${String(at).padStart(8, '0')}`, '企业职工', '示范焊接厂', '']);
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Somebody of the office, logged in, and the cohort to fill. */
async function addOffice(orm: Orm): Promise<{ cookie: string; cohortId: string }> {
  const now = new Date();
  const { institutionId, cohortId } = await addSchool(orm, 0, now);
  const em = orm.em.fork();
  const [personId, accountId, token] = [newId(), newId(), randomBytes(32).toString('base64url')];
  await em.insert(Person, { id: personId, name: '教务', createdAt: now });
  await em.insert(Account, { id: accountId, personId, login: 'bench-office', passwordHash: '-', locale: 'zh', createdAt: now, disabledAt: null });
  await em.insert(Membership, { id: newId(), personId, institutionId, role: 'institution', createdAt: now });
  await em.insert(LoginSession, { id: newId(), tokenHash: createHash('sha256').update(token).digest(), accountId, createdAt: now, expiresAt: new Date(now.getTime() + dayMs), lastUsedAt: now });
  return { cookie: `keshi_session=${token}`, cohortId };
}

/** The most memory a process ever had, in MB (Linux). */
const peakMb = (pid: number): number => Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024 / 1e6);

interface Timed { state: RosterImportState; seconds: number; slowestAnswerMs: number }
/** Sends, and asks until it stands still, as the page does. */
async function timed(url: string, cookie: string, path: string, init: RequestInit): Promise<Timed> {
  const from = performance.now();
  let slowestAnswerMs = 0;
  const call = async (at: string, request: RequestInit): Promise<RosterImportState> => {
    const asked = performance.now();
    const answer = await fetch(`${url}${at}`, { ...request, headers: { ...request.headers, cookie } });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${at} answers ${answer.status}: ${text}`);
    slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - asked);
    return JSON.parse(text) as RosterImportState;
  };
  let state = await call(path, init);
  const own = path.replace(/(roster-imports)(\/.*)?$/, `$1/${state.importId}`);
  while (state.status === 'checking' || state.status === 'writing') {
    await new Promise((resolve) => { setTimeout(resolve, askMs); });
    state = await call(own, {});
  }
  return { state, seconds: Math.round((performance.now() - from) / 10) / 100, slowestAnswerMs: Math.round(slowestAnswerMs) };
}

async function measure({ product }: ProductWorld, rows: number): Promise<Figures> {
  const orm = await openDatabase(product.databaseUrl);
  const { cookie, cohortId } = await addOffice(orm).finally(() => orm.close());
  const bytes = await table(rows);
  const pid = product.roles.signaling.pid!;
  const before = peakMb(pid);
  const base = `/api/cohorts/${cohortId}/roster-imports`;
  const looked = await timed(product.url, cookie, base, { method: 'POST', body: new Blob([new Uint8Array(bytes)]), headers: { 'content-type': 'application/octet-stream' } });
  if (looked.state.status !== 'clean') throw new Error(`the table is ${looked.state.status}`);
  const taken = await timed(product.url, cookie, `${base}/${looked.state.importId}/taking`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
  if (taken.state.added !== rows) throw new Error(`${taken.state.status}: ${taken.state.added} of ${rows} were added`);
  return {
    rows, seconds: Math.round((looked.seconds + taken.seconds) * 100) / 100, lookSeconds: looked.seconds, writeSeconds: taken.seconds, slowestAnswerMs: Math.max(looked.slowestAnswerMs, taken.slowestAnswerMs),
    peakMb: peakMb(pid), peakBeforeMb: before, fileKb: Math.round(bytes.length / 1000),
    method: 'the real product; a table of people nobody knows, looked at and then written (people, sealed identities, memberships, enrolments, two facts each); seconds from sending until it stands still, asked every 100 ms; peak: of the signaling process, its thread included',
  };
}

/** `--rows` 10,000. */
export const benchRoster = (args: string[]): Promise<Figures> => withProduct({ ...withoutDemo, LIVE_STREAMS: '0' }, 1, (world) => measure(world, numberOption(args, 'rows', 10_000)));
