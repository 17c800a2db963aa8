// Job courseware-pages: an uploaded file becomes pictures of its pages, or gets a reason why not. Doing it twice changes nothing.
import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobData } from '#contracts/jobs.ts';
import { coursewareOriginalKey, coursewarePageKey, coursewarePieceKey, coursewareWorkDirectory } from '#contracts/places.ts';
import { uploadPieceBytes, type CoursewareRefusal } from '#domain/courseware.ts';
import { Courseware } from '#db/entities/courseware.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { removePieces } from '#db/queries/courseware-pieces.ts';
import type { CoursewareDeps } from './deps.ts';
import { officeToPdf } from './office.ts';
import { pagePictures } from './page-pictures.ts';
import { drawPdf } from './pdf.ts';
import { RefusedFile } from './refused.ts';

/** Puts the pieces together; answers the hash of the whole. */
async function assemble({ storage }: CoursewareDeps, row: Courseware, path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    for (let index = 0; index * uploadPieceBytes < row.sizeBytes; index++) {
      const bytes = await storage.read(coursewarePieceKey(row.id, index));
      hash.update(bytes);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

async function pagesOf(deps: CoursewareDeps, row: Courseware, path: string, folder: string, signal: AbortSignal): Promise<string[]> {
  if (row.kind === 'picture') return [path];
  const pdf = row.kind === 'office' ? await officeToPdf(deps.tools, path, folder, signal) : path;
  return drawPdf(deps.tools, pdf, folder, signal);
}

interface Outcome { refusal: CoursewareRefusal | null; pageCount: number | null; sha256: string | null }
/** Everything is stored before the row says that it is there. */
async function make(deps: CoursewareDeps, row: Courseware, folder: string, signal: AbortSignal): Promise<Outcome> {
  const path = join(folder, 'original');
  const sha256 = await assemble(deps, row, path);
  try {
    const pages = await pagesOf(deps, row, path, folder, signal);
    for (const [index, page] of pages.entries()) {
      signal.throwIfAborted();
      for (const { size, bytes } of await pagePictures(page)) await deps.storage.putBytes(coursewarePageKey(row.id, index + 1, size), bytes);
      if (page !== path) await rm(page);
    }
    await deps.storage.move(coursewareOriginalKey(row.id), path);
    return { refusal: null, pageCount: pages.length, sha256 };
  } catch (error) {
    if (!(error instanceof RefusedFile)) throw error;
    deps.log.info({ coursewareId: row.id, refusal: error.refusal, reason: error.message }, 'courseware refused');
    return { refusal: error.refusal, pageCount: null, sha256 };
  }
}

async function settle({ orm, now }: CoursewareDeps, row: Courseware, outcome: Outcome): Promise<void> {
  const at = now();
  const { refusal, pageCount, sha256 } = outcome;
  await unitOfWork(orm, { personId: null, institutionId: row.institutionId }, async (em) => {
    const settled = await em.nativeUpdate(Courseware, { id: row.id, status: 'converting' }, { ...outcome, status: refusal ? 'refused' : 'ready', settledAt: at });
    if (!settled) return;
    const fact = refusal ? { coursewareId: row.id, refusal, sha256 } : { coursewareId: row.id, pageCount, sha256 };
    await appendEvent(em, { personId: null, institutionId: row.institutionId }, `institution:${row.institutionId}`, refusal ? 'courseware:refused' : 'courseware:ready', at, fact);
  });
}

export async function convertCourseware(deps: CoursewareDeps, { coursewareId }: JobData<'courseware-pages'>, signal: AbortSignal): Promise<void> {
  const row = await deps.orm.em.fork().findOne(Courseware, { id: coursewareId });
  if (!row || row.status === 'uploading') return;
  if (row.status === 'converting') {
    const folder = join(deps.dataDir, coursewareWorkDirectory(row.id));
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    try {
      await settle(deps, row, await make(deps, row, folder, signal));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  await removePieces(deps.storage, row);
}

/** After the last attempt: nobody waits for ever. */
export async function giveUpCourseware(deps: CoursewareDeps, { coursewareId }: JobData<'courseware-pages'>): Promise<void> {
  const row = await deps.orm.em.fork().findOne(Courseware, { id: coursewareId, status: 'converting' });
  if (row) await settle(deps, row, { refusal: 'failed', pageCount: null, sha256: null });
}
