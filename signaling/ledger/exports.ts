// Files of the ledger: asked for, looked after and fetched by one person; made by the worker.
import type { ExportBody, LedgerExport } from '#contracts/ledger.ts';
import { exportOf, exportRows, type ExportRow } from '#db/queries/ledger-exports.ts';
import { requireScope } from '#db/queries/ledger-scope.ts';
import { ledgerCounts } from '#db/queries/ledger.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { ledgerLimits, ledgerMost } from '#domain/ledger.ts';
import { listWords } from '#runtime/pdf/ledger-words.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';

const hourMs = 3_600_000;
const types = { xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', csv: 'text/csv; charset=utf-8', pdf: 'application/pdf', hours: 'application/pdf' } as const;
const names = { zh: '电子培训台账', en: 'ledger' } as const;

/** Throws not_found for what one does not see, too_many_attempts while three of one's own are not finished, ledger_print_long for more learners than are printed in one file. */
export async function askExport({ orm, queues, now }: Deps, personId: string, { format, locale, ...filter }: ExportBody): Promise<LedgerExport> {
  const scope = await requireScope(orm.em.fork(), personId, filter);
  const { institutionId } = scope;
  if (ledgerMost[format] < Infinity && (await ledgerCounts(orm.em.fork(), { scope, narrowing: filter }, now())).found > ledgerMost[format]) throw new DomainError('ledger_print_long', `more than ${ledgerMost[format]} learners`);
  const exportId = newId();
  const at = now();
  const row = await unitOfWork(orm, actorFor(personId, institutionId), async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 34))', [personId]);
    const open = await exportRows(em, `x.asked_by = ? and x.status in ('waiting', 'making') and x.delete_after > ?`, [personId, at]);
    if (open.length >= ledgerLimits.exportsAtOnce) throw new DomainError('too_many_attempts', 'the ones before are not finished');
    await em.execute(
      `insert into ledger_export (id, institution_id, asked_by, asked_at, format, locale, filter, status, delete_after) values (?, ?, ?, ?, ?, ?, ?::jsonb, 'waiting', ?)`,
      [exportId, institutionId, personId, at, format, locale, JSON.stringify({ ...filter, institutionId }), new Date(at.getTime() + ledgerLimits.exportHours * hourMs)]);
    // What was looked for may be a name: only that something was.
    const { text, ...narrowed } = filter;
    await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'ledger:export_asked', at, { exportId, format, ...narrowed, searched: Boolean(text?.trim()) });
    return (await exportRows(em, 'x.id = ?', [exportId]))[0]!;
  });
  await queues.add('ledger-export', exportId, { exportId });
  return exportOf(row, at);
}

async function requireOwn({ orm }: Deps, personId: string, exportId: string): Promise<ExportRow> {
  const [row] = await exportRows(orm.em.fork(), 'x.id = ? and x.asked_by = ?', [exportId, personId]);
  if (!row) throw new DomainError('not_found', 'no such file');
  return row;
}

export const oneExport = async (deps: Deps, personId: string, exportId: string): Promise<LedgerExport> => exportOf(await requireOwn(deps, personId, exportId), deps.now());

export async function ownExports({ orm, now }: Deps, personId: string): Promise<LedgerExport[]> {
  return (await exportRows(orm.em.fork(), 'x.asked_by = ? and x.delete_after > ?', [personId, now()])).map((row) => exportOf(row, now()));
}

/** Throws not_found: not one's own, not finished, over; or one does not see that ledger any more. */
export async function exportFile(deps: Deps, personId: string, exportId: string): Promise<FileAnswer> {
  const row = await requireOwn(deps, personId, exportId);
  const key = row.storage_key;
  if (!key || exportOf(row, deps.now()).status !== 'ready') throw new DomainError('not_found', 'no such file');
  await requireScope(deps.orm.em.fork(), personId, row.filter);
  const day = new Date(Date.parse(row.asked_at) + 8 * hourMs).toISOString().slice(0, 10);
  return {
    type: types[row.format], sizeBytes: Number(row.size_bytes), etag: `"${row.sha256}"`, fileName: `${row.format === 'hours' ? listWords.title[row.locale] : names[row.locale]}-${day}.${row.format === 'hours' ? 'pdf' : row.format}`,
    open: (range) => deps.storage.stream(key, range),
  };
}
