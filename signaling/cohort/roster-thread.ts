// A thread that reads and judges one table of learners.
import { parentPort, workerData } from 'node:worker_threads';
import { readRoster, rosterPlaces, type ReadRoster, type RosterColumn, type RosterRefusal } from '#domain/roster-sheet.ts';
import { textOfCell, type SheetRow } from '#domain/sheet-cell.ts';
import type { WorkbookTask, WorkbookTold } from '#runtime/workbook-reader.ts';
import { readRows } from '#runtime/workbook-rows.ts';

/** `today`: `YYYY-MM-DD` where the learners are. */
export interface RosterAbout { today: string }
/** `lines`: every row as text, the heading first, for the table with marks. `places`: where each column stands, from 0. */
export interface ReadRosterFile { refusal: { code: RosterRefusal; columns: RosterColumn[] } | null; roster: ReadRoster | null; places: [RosterColumn, number][]; lines: { row: number; texts: string[] }[] }

const refused = (code: RosterRefusal, columns: RosterColumn[] = []): ReadRosterFile => ({ refusal: { code, columns }, roster: null, places: [], lines: [] });
const linesOf = (rows: readonly SheetRow[]): ReadRosterFile['lines'] => rows.map(({ row, cells }) => ({ row, texts: cells.map(textOfCell) }));

function judged({ rows, more, merged }: { rows: SheetRow[]; more: boolean; merged: boolean }, { today }: RosterAbout): ReadRosterFile {
  if (more) return refused('too_many_rows');
  const [heading, ...below] = rows;
  if (!heading) return refused('no_rows');
  if (merged) return refused('heading_merged');
  const headings = rosterPlaces(heading.cells);
  if (!headings.ok) return headings.twice.length > 0 ? refused('column_twice', headings.twice) : refused('columns_missing', headings.missing);
  const roster = readRoster(headings.places, below, today);
  return roster.rows === 0 ? refused('no_rows') : { refusal: null, roster, places: [...headings.places], lines: linesOf(rows) };
}

async function read(): Promise<WorkbookTold<ReadRosterFile>> {
  const task = workerData as WorkbookTask<RosterAbout>;
  const found = await readRows(task, true);
  return found ? { read: judged(found, task.about) } : { refused: 'sheet_invalid' };
}

parentPort!.postMessage(await read().catch((): WorkbookTold<ReadRosterFile> => ({ refused: 'sheet_invalid' })));
