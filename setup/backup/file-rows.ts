// Which files the rows of a database speak of, with their hashes: what a restored platform must have.
import { replayFileNames } from '#contracts/recording.ts';
import { attachmentKey, coursewareOriginalKey, filmFileKey, replayFileKey, resourceKey } from '#contracts/places.ts';
import type { EntityManager } from '#db/orm.ts';

export interface FileRow { path: string; sha256: string; at: Date }
interface Found { id: string; parent: string | null; ordinal: number | null; sha256: string; name: string | null; at: string }

const inFiles = (key: string): string => `files/${key}`;
const named = (name: string | null) => replayFileNames.find((one) => one === name)!;
/** Of each kind the SQL of its rows and the place of its files. */
const kinds: readonly { sql: string; path: (row: Found) => string }[] = [
  { sql: `select id, institution_id::text as parent, null::int as ordinal, sha256, null as name, uploaded_at as at from attachment`, path: ({ id, parent }) => inFiles(attachmentKey(parent!, id)) },
  { sql: `select id, path as parent, null::int as ordinal, sha256, null as name, registered_at as at from capture_segment where removed_at is null`, path: ({ parent }) => parent! },
  { sql: `select id, null as parent, null::int as ordinal, sha256, null as name, settled_at as at from courseware where sha256 is not null and removed_at is null and status = 'ready'`, path: ({ id }) => inFiles(coursewareOriginalKey(id)) },
  { sql: `select id, null as parent, null::int as ordinal, sha256, null as name, added_at as at from corner_resource`, path: ({ id }) => inFiles(resourceKey(id)) },
  {
    sql: `select r.id, r.film_id::text as parent, r.film_ordinal as ordinal, f.value as sha256, f.key as name, r.settled_at as at from replay r, jsonb_each_text(r.files->'sha256') f where r.status in ('ready', 'held')`,
    path: ({ id, parent, ordinal, name }) => inFiles(replayFileKey({ id, filmId: parent, filmOrdinal: ordinal }, named(name))),
  },
  {
    sql: `select f.id, f.film_id::text as parent, f.ordinal, h.value as sha256, h.key as name, f.created_at as at from film_file f join film m on m.id = f.film_id, jsonb_each_text(f.files->'sha256') h where m.removed_at is null`,
    path: ({ parent, ordinal, name }) => inFiles(filmFileKey(parent!, ordinal!, named(name))),
  },
];

export async function fileRows(em: EntityManager): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for (const { sql, path } of kinds) for (const row of await em.execute<Found[]>(sql)) rows.push({ path: path(row), sha256: row.sha256, at: new Date(row.at) });
  return rows;
}

export interface FilesState {
  intact: number;
  /** The row is newer than the files' last pass: what comes with the next one. */
  notYet: number;
  /** Should be there and is not, or is other than its row says. */
  wrong: string[];
}
/** Holds rows against what lies restored: path and hash of each file. */
export function compareFiles(rows: readonly FileRow[], there: ReadonlyMap<string, string>, passAt: Date | null): FilesState {
  const state: FilesState = { intact: 0, notYet: 0, wrong: [] };
  for (const { path, sha256, at } of rows) {
    if (there.get(path) === sha256) state.intact++;
    else if (!there.has(path) && (!passAt || at.getTime() >= passAt.getTime())) state.notYet++;
    else state.wrong.push(path);
  }
  return state;
}
