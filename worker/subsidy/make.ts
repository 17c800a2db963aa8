// Job subsidy-file: makes a cohort's figures current, writes each part, names all of them by their hashes, and packs them; says how far it is (R53, R155).
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { subsidyKey, subsidyWorkDirectory } from '#contracts/places.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { loadSigner } from '#db/evidence-key.ts';
import { appendEvent, unitOfWork, type Orm } from '#db/orm.ts';
import { freshenCohort } from '#db/queries/certificate-facts.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { statedFacts } from '#db/queries/institution-profiles.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { rosterOf } from '#db/queries/paper-facts.ts';
import { openRosterNumbers } from '#db/queries/paper-numbers.ts';
import { subsidyRows, type SubsidyRow } from '#db/queries/subsidy-files.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import type { Vault } from '#db/vault.ts';
import { manifestName, subsidyNames, subsidyParts, sumsName, sumsOf, type ManifestFile, type SubsidyManifest, type SubsidyPart } from '#domain/paper/subsidy.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';
import { ZipFile } from '../ledger/zip-file.ts';
import { ledgerOfCohort, writePart, type PartsOf } from './parts.ts';

export interface SubsidyDeps { orm: Orm; log: Logger; storage: Storage; vault: Vault; dataDir: string; evidenceKeyFile: string; now: () => Date }

const settle = ({ orm }: SubsidyDeps, row: SubsidyRow, sql: string, values: readonly unknown[]): Promise<unknown> =>
  unitOfWork(orm, actorFor(row.asked_by, row.institution_id), (em) => em.execute(`update subsidy_file set ${sql} where id = ? and status in ('waiting', 'making')`, [...values, row.id]));

async function hashed(path: string, name: string): Promise<ManifestFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { name, bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

interface Titles { cohort: string; course: string; institution: string }
const titlesOf = async ({ orm }: SubsidyDeps, cohortId: string): Promise<Titles> => (await orm.em.fork().execute<Titles[]>(
  'select c.title as cohort, k.title as course, i.name as institution from cohort c join course k on k.id = c.course_id join institution i on i.id = c.institution_id where c.id = ?', [cohortId]))[0]!;

/** Numbers are opened in the name of whoever asked, once; a job that runs again opens them again, and says so again. */
async function partsOf(deps: SubsidyDeps, row: SubsidyRow, folder: string, titles: Titles): Promise<PartsOf> {
  const { orm, vault } = deps;
  const { institution_id: institutionId, cohort_id: cohortId, asked_by: personId, origin } = row;
  const now = deps.now();
  await freshenCohort(orm, { cohortId, institutionId }, now);
  const roster = await unitOfWork(orm, actorFor(personId, institutionId), async (em) =>
    openRosterNumbers(em, vault, { actor: { personId, institutionId }, institutionId, reason: `导出补贴申报材料：${titles.cohort}`, at: now }, await rosterOf(em, cohortId, now)));
  const em = orm.em.fork();
  // What the file proves is under a head of this moment, whichever day it is.
  const head = await sealNow(orm, deps.evidenceKeyFile, now);
  return { em, signer: head && await loadSigner(deps.evidenceKeyFile), storage: deps.storage, folder, institutionId, institutionName: titles.institution, cohortId, origin, roster, ledger: await ledgerOfCohort(em, institutionId, cohortId), now };
}

async function writeParts(deps: SubsidyDeps, row: SubsidyRow, of: PartsOf): Promise<Pick<SubsidyManifest, 'files' | 'rows' | 'missing'>> {
  const [files, missing]: [ManifestFile[], string[]] = [[], []];
  const rows: Partial<Record<SubsidyPart, number>> = {};
  for (const [index, part] of subsidyParts.entries()) {
    const made = await writePart(of, part);
    for (const name of made?.names ?? []) files.push(await hashed(join(of.folder, name), name));
    if (!made || made.rows === 0) missing.push(subsidyNames[part]);
    rows[part] = made?.rows ?? 0;
    await settle(deps, row, 'done_parts = ?', [index + 1]);
  }
  return { files, rows, missing };
}

async function pack(folder: string, manifest: SubsidyManifest): Promise<ManifestFile> {
  const path = join(folder, 'file.zip');
  const zip = await ZipFile.create(path);
  try {
    await zip.add(manifestName, [JSON.stringify(manifest, null, 2)]);
    await zip.add(sumsName, [sumsOf(manifest)]);
    for (const { name } of manifest.files) await zip.add(name, createReadStream(join(folder, name)));
    await zip.finish();
  } finally {
    await zip.close();
  }
  return hashed(path, 'file.zip');
}

/** Twice the same job: the second makes it anew, and it stands once. Whoever is not of the office any more gets none. */
export async function makeSubsidyFile(deps: SubsidyDeps, fileId: string): Promise<void> {
  const { orm, storage, dataDir, now } = deps;
  const [row] = await subsidyRows(orm.em.fork(), `s.id = ? and s.status in ('waiting', 'making')`, [fileId]);
  if (!row) return;
  const { cohort_id: cohortId, institution_id: institutionId, asked_by: personId } = row;
  await requireRunCohort(orm.em.fork(), personId, cohortId);
  await settle(deps, row, `status = 'making', done_parts = 0, all_parts = ?`, [subsidyParts.length + 1]);
  const folder = join(dataDir, subsidyWorkDirectory(fileId));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const titles = await titlesOf(deps, cohortId);
    const of = await partsOf(deps, row, folder, titles);
    const { facts } = await statedFacts(of.em, institutionId);
    const manifest: SubsidyManifest = {
      format: 'keshi-subsidy@1', fileId, cohortId, ...titles, creditCode: facts.creditCode, rulePacks: [...new Set(of.ledger.map(({ rulePack }) => rulePack))].sort(), asOf: of.now.toISOString(), ...await writeParts(deps, row, of),
    };
    const { bytes, sha256 } = await pack(folder, manifest);
    await storage.move(subsidyKey(fileId), join(folder, 'file.zip'));
    const manifestSha256 = canonicalHash(manifest);
    await unitOfWork(orm, actorFor(personId, institutionId), async (em) => {
      const made = await em.execute<{ id: string }[]>(
        `update subsidy_file set status = 'ready', done_parts = all_parts, storage_key = ?, size_bytes = ?, sha256 = ?, manifest_sha256 = ?, learners = ?, settled_at = ? where id = ? and status = 'making' returning id`,
        [subsidyKey(fileId), bytes, sha256, manifestSha256, of.roster.length, now(), fileId]);
      if (made.length > 0) await appendEvent(em, actorFor(personId, institutionId), `cohort:${cohortId}`, 'subsidy:made', now(), { fileId, learners: of.roster.length, sizeBytes: bytes, sha256, manifestSha256, rows: manifest.rows });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** After the last try. */
export async function giveUpSubsidyFile(deps: SubsidyDeps, fileId: string): Promise<void> {
  const [row] = await subsidyRows(deps.orm.em.fork(), 's.id = ?', [fileId]);
  if (row) await settle(deps, row, `status = 'failed', settled_at = ?`, [deps.now()]);
}

/** Files whose time is over; answers how many. The file first: a crash in between leaves a row that is found again, never a file nobody knows of. Hashes stay. */
export async function removeOldSubsidyFiles({ orm, storage, now }: Pick<SubsidyDeps, 'orm' | 'storage' | 'now'>): Promise<number> {
  const old = await subsidyRows(orm.em.fork(), `s.status = 'ready' and s.delete_after <= ?`, [now()], 100);
  for (const { id, institution_id: institutionId } of old) {
    await storage.remove(subsidyKey(id));
    await unitOfWork(orm, { personId: null, institutionId }, (em) => em.execute(`update subsidy_file set status = 'gone', storage_key = null where id = ?`, [id]));
  }
  return old.length;
}
