// The authority's own resources, free for everybody: ten places of one platform, each taken under one lock (R70).
import { createHash } from 'node:crypto';
import type { Corner, ResourceUpload } from '#contracts/corner-routes.ts';
import { resourceKey } from '#contracts/places.ts';
import { CornerResource } from '#db/entities/corner.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { isOperator, overseenBy } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { attachmentMaxBytes, attachmentName } from '#domain/attachment.ts';
import { mostResources } from '#domain/corner.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import { paperTypeOf } from '../http/paper-type.ts';
import type { BytesUpload } from '../http/uploads.ts';
import { readCorner } from './reading.ts';

type NewResource = Omit<CornerResource, 'place' | 'withdrawnAt' | 'withdrawnBy' | 'withdrawReason' | symbol>;

/** Throws corner_resources_full. */
async function freePlace(em: EntityManager): Promise<number> {
  const [row] = await em.execute<{ place: number | null }[]>(
    'select min(n) as place from generate_series(1, ?) n where not exists (select from corner_resource r where r.place = n and r.withdrawn_at is null)', [mostResources]);
  if (!row?.place) throw new DomainError('corner_resources_full', `${mostResources} stand already`);
  return row.place;
}

/** Answers whether it is there now by this call; not where the same file stands already. */
const take = (deps: Deps, row: NewResource): Promise<boolean> => unitOfWork(deps.orm, actorFor(row.addedBy, null), async (em) => {
  // Two that come at once see each other's place.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', ['corner resources']);
  // Asked again where it is written: who is of the authority no more writes nothing.
  if ((await overseenBy(em, row.addedBy)).length === 0) throw new DomainError('forbidden', 'for the authority only');
  if (await em.count(CornerResource, { sha256: row.sha256, withdrawnAt: null }) > 0) return false;
  await em.insert(CornerResource, { ...row, place: await freePlace(em), withdrawnAt: null, withdrawnBy: null, withdrawReason: null });
  await appendEvent(em, actorFor(row.addedBy, null), `corner:${row.id}`, 'corner:resourceAdded', row.addedAt, { resourceId: row.id, personId: row.addedBy, sizeBytes: row.sizeBytes, sha256: row.sha256 });
  return true;
});

/** Throws corner_resources_full, word_refused, attachment_type, picture_invalid, attachment_too_large, bad_request. */
export async function addResource(deps: Deps, personId: string, wish: ResourceUpload, upload: BytesUpload): Promise<Corner> {
  const sizeBytes = Number(wish.sizeBytes);
  if (sizeBytes > attachmentMaxBytes) throw new DomainError('attachment_too_large', `a file has at most ${attachmentMaxBytes} bytes`);
  const [title, words] = [wish.title.trim(), wish.words.trim()];
  await deps.words.requireClean(`${title}\n${words}`);
  const bytes = await upload.read(sizeBytes);
  const contentType = await paperTypeOf(bytes);
  const addedAt = deps.now();
  const row = { id: newId(addedAt.getTime()), title, words, fileName: attachmentName(wish.fileName, contentType), contentType, sizeBytes, sha256: createHash('sha256').update(bytes).digest('hex'), addedAt, addedBy: personId };
  const key = resourceKey(row.id);
  // Stored before its row says so.
  await deps.storage.putBytes(key, bytes);
  const removed = (): Promise<void> => deps.storage.remove(key).catch((cause: unknown) => deps.log.error({ err: cause, key }, 'a file without a row stays'));
  const added = await take(deps, row).catch(async (error: unknown) => {
    // Where the database did not say that there is no row, the file stays: one without a row harms nobody.
    if (error instanceof DomainError) await removed();
    throw error;
  });
  if (added) deps.log.info({ resourceId: row.id, personId, sizeBytes }, 'resource of the authority added');
  else await removed();
  return readCorner(deps);
}

/** By who added it, or whoever operates the platform; the file stays as evidence, and is read by nobody any more. Throws not_found. */
export const withdrawResource = ({ orm, now }: Deps, personId: string, resourceId: string, reason: string): Promise<void> => unitOfWork(orm, actorFor(personId, null), async (em) => {
  const [held] = await em.execute<{ id: string }[]>('select id from corner_resource where id = ? for update', [resourceId]);
  const row = held && await em.findOne(CornerResource, { id: resourceId });
  if (!row || (row.addedBy !== personId && !await isOperator(em, personId))) throw new DomainError('not_found', 'no such resource');
  if (row.withdrawnAt) return;
  const at = now();
  await em.nativeUpdate(CornerResource, { id: resourceId }, { withdrawnAt: at, withdrawnBy: personId, withdrawReason: reason.trim() });
  await appendEvent(em, actorFor(personId, null), `corner:${resourceId}`, 'corner:resourceWithdrawn', at, { resourceId, personId });
});
