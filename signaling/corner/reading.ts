// The public corner as everybody reads it, and its desk.
import type { Corner, CornerDesk, CornerPage, CornerPost, CornerResource } from '#contracts/corner-routes.ts';
import { resourceKey } from '#contracts/places.ts';
import { CornerResource as ResourceRow } from '#db/entities/corner.ts';
import { Institution } from '#db/entities/people.ts';
import { deskPosts, shownPost, shownPosts, standingResources } from '#db/queries/corner.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { cornerKinds, type CornerKind } from '#domain/corner.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { cornerPartOf } from './part.ts';

/** Whoever asks belongs to nobody. Posts were let through to be read by everybody, and only those that are shown leave. */
export const readPage = ({ orm, now }: Deps, kind: CornerKind, page: number): Promise<CornerPage> => acrossInstitutions(() => shownPosts(orm.em.fork(), kind, page, now()));

export async function readCorner(deps: Deps): Promise<Corner> {
  const [news, jobs, standing] = await Promise.all([readPage(deps, 'news', 1), readPage(deps, 'job', 1), standingResources(deps.orm.em.fork())]);
  const resources = standing.map(({ addedBy: _addedBy, ...resource }): CornerResource => resource);
  return { news, jobs, resources, service: { name: deps.config.EMPLOYMENT_SERVICE_NAME, address: deps.config.EMPLOYMENT_SERVICE_URL } };
}

/** Throws not_found. */
export async function readPost({ orm, now }: Deps, postId: string): Promise<CornerPost> {
  const found = await acrossInstitutions(() => shownPost(orm.em.fork(), postId, now()));
  if (!found) throw new DomainError('not_found', 'no such post, or it is not shown');
  return found;
}

/** Throws not_found. It is never changed under its id. */
export async function readResource({ orm, storage }: Deps, resourceId: string): Promise<FileAnswer> {
  const found = await orm.em.fork().findOne(ResourceRow, { id: resourceId, withdrawnAt: null });
  if (!found) throw new DomainError('not_found', 'no such resource');
  // Anybody may ask, as often as they like: it passes through in pieces and is never held whole.
  return { type: found.contentType, sizeBytes: found.sizeBytes, fileName: found.fileName, etag: `"${found.sha256}"`, open: (range) => storage.stream(resourceKey(resourceId), range) };
}

/** What the authority writes. */
const ofAuthority: readonly CornerKind[] = ['news'];

/** What is not the asker's to see is left out by the query, whatever the connection reaches: whoever operates the platform sees posts of all. */
export const readDesk = ({ orm, now }: Deps, personId: string): Promise<CornerDesk> => acrossInstitutions(async () => {
  const em = orm.em.fork();
  const part = await cornerPartOf(em, personId);
  const institutions = await em.find(Institution, { id: { $in: [...new Set([...part.offices, ...part.overseen])] } }, { orderBy: { name: 'asc', id: 'asc' } });
  return {
    posts: await deskPosts(em, part, now()),
    writesFor: institutions.map(({ id, name }) => ({ institutionId: id, name, kinds: [...(part.offices.has(id) ? cornerKinds : ofAuthority)] })),
    mayAddResource: part.overseen.size > 0,
    ownResources: (await standingResources(em)).filter(({ addedBy }) => part.operator || addedBy === personId).map(({ resourceId }) => resourceId),
  };
});
