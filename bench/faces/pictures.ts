// The shared face pictures: which there are and whom they show, by their own list. They lie beside the project and are never copied into it.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SharedPicture { file: string; bytes: Buffer; /** Null where the picture shows nobody, several, or somebody who has no second one. */ person: string | null }

export const sharedFaces = join(import.meta.dirname, '../../../shared/faces');
const listName = 'manifest.tsv';

/** Files and persons of a list: tab-separated, one picture a line, under a line of titles. Throws where file or person has no column. */
export function readList(text: string): { file: string; person: string | null }[] {
  const [titles = '', ...lines] = text.trim().split('\n');
  const columns = titles.split('\t');
  const [file, person] = [columns.indexOf('file'), columns.indexOf('person')];
  if (file < 0 || person < 0) throw new Error(`${listName} has no column "file" or "person"`);
  return lines.map((line) => line.split('\t')).map((cells) => ({ file: cells[file]!, person: /^\w+$/.test(cells[person] ?? '') ? cells[person]! : null }));
}

/** Throws, naming what is missing, where the pictures do not lie beside the project: nothing stands in for real faces. */
export async function readSharedPictures(folder = sharedFaces): Promise<SharedPicture[]> {
  const path = join(folder, listName);
  if (!existsSync(path)) throw new Error(`The face pictures are missing: ${path} is not there. This bench measures on them and on nothing else.`);
  const listed = readList(await readFile(path, 'utf8'));
  const missing = listed.filter(({ file }) => !existsSync(join(folder, file))).map(({ file }) => file);
  if (missing.length > 0) throw new Error(`Face pictures are missing in ${folder}: ${missing.join(', ')}`);
  return Promise.all(listed.map(async ({ file, person }) => ({ file, person, bytes: await readFile(join(folder, file)) })));
}
