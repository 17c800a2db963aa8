// Posts of the public corner: written by one, let through or refused by another, taken down with a reason; every step a fact (R33, R34).
import type { CornerDesk, CornerPostBody } from '#contracts/corner-routes.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { CornerPost } from '#db/entities/corner.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { mayJudge, mayTakeDown } from '#db/queries/corner.ts';
import { authorityRoles, isOffice, officeRoles, requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { cornerFault, cornerStateAfter, endOfLastDay, needsReason, trimmedContent, type CornerAct, type CornerContent, type CornerState } from '#domain/corner.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { cornerPartOf } from './part.ts';
import { readDesk } from './reading.ts';

const writers = [...officeRoles, ...authorityRoles] as const;
const hashOf = (content: CornerContent): string => canonicalHash({ ...content });

interface Writing { id: string; personId: string; institutionId: string; body: CornerPostBody; content: CornerContent }
async function write(deps: Deps, em: EntityManager, { id, personId, institutionId, body: { kind, lastDay }, content }: Writing): Promise<void> {
  const roles = await requirePart(em, personId, institutionId, writers);
  if (kind === 'job' && !isOffice(roles)) throw new DomainError('forbidden', 'the authority writes news alone');
  // Sent twice in the same moment it is one.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`corner:${id}`]);
  const known = await em.findOne(CornerPost, { id });
  if (known && (known.writtenBy !== personId || known.institutionId !== institutionId || hashOf(known.content) !== hashOf(content))) throw new DomainError('bad_request', 'this id is used');
  if (known) return;
  const at = deps.now();
  const endsAt = lastDay === null ? null : endOfLastDay(lastDay);
  const byAuthority = !isOffice(roles);
  await em.insert(CornerPost, {
    id, institutionId, kind, byAuthority, content, lastDay, endsAt, writtenAt: at, writtenBy: personId, state: 'waiting',
    decidedAt: null, decidedBy: null, decisionReason: null, takenDownAt: null, takenDownBy: null, takenDownReason: null,
  });
  await appendEvent(em, actorFor(personId, institutionId), `corner:${id}`, 'corner:written', at, { postId: id, kind, byAuthority, lastDay, sha256: hashOf(content) });
}

/** The same id again changes nothing. Throws not_found, forbidden, corner_invalid, word_refused, bad_request. */
export async function writePost(deps: Deps, personId: string, institutionId: string, body: CornerPostBody): Promise<CornerDesk> {
  const { postId: id, kind, lastDay, ...given } = body;
  await requirePart(deps.orm.em.fork(), personId, institutionId, writers);
  const content = trimmedContent(given);
  const fault = cornerFault(kind, content, lastDay, deps.now());
  if (fault) throw new DomainError('corner_invalid', `wrong: ${fault}`);
  await deps.words.requireClean(Object.values(content).join('\n'));
  await unitOfWork(deps.orm, actorFor(personId, institutionId), (em) => write(deps, em, { id, personId, institutionId, body, content }));
  deps.log.info({ postId: id, institutionId, personId, kind }, 'post of the public corner written');
  return readDesk(deps, personId);
}

/** Held to the transaction's end. Throws not_found. */
async function holdPost(em: EntityManager, postId: string): Promise<CornerPost> {
  const [held] = await em.execute<{ id: string }[]>('select id from corner_post where id = ? for update', [postId]);
  const post = held && await em.findOne(CornerPost, { id: postId });
  if (!post) throw new DomainError('not_found', 'no such post');
  return post;
}
function requireMove(state: CornerState, act: CornerAct): CornerState {
  const after = cornerStateAfter(state, act);
  if (!after) throw new DomainError('corner_decided', `it is ${state}`);
  return after;
}
const requireReason = (act: CornerAct, reason: string): string => {
  if (needsReason(act) && reason.trim() === '') throw new DomainError('bad_request', 'say why');
  return reason.trim();
};

interface Deciding { personId: string; postId: string; act: 'publish' | 'refuse'; reason: string }
/** Throws not_found, corner_own_post, corner_decided, corner_over. The same again by the same person changes nothing. */
async function decide(deps: Deps, em: EntityManager, { personId, postId, act, reason }: Deciding): Promise<void> {
  const post = await holdPost(em, postId);
  if (!mayJudge(await cornerPartOf(em, personId), post)) throw new DomainError('not_found', 'no such post');
  if (post.writtenBy === personId) throw new DomainError('corner_own_post', 'somebody else looks at it');
  if (post.decidedBy === personId && post.state === cornerStateAfter('waiting', act)) return;
  const state = requireMove(post.state, act);
  const at = deps.now();
  if (act === 'publish' && post.endsAt && post.endsAt <= at) throw new DomainError('corner_over', 'its last day is past');
  await em.nativeUpdate(CornerPost, { id: postId }, { state, decidedAt: at, decidedBy: personId, decisionReason: reason });
  await appendEvent(em, actorFor(personId, post.institutionId), `corner:${postId}`, `corner:${state}`, at, { postId, kind: post.kind, personId, sha256: hashOf(post.content) });
}

/** Throws not_found, corner_own_post, corner_decided, corner_over, bad_request. */
export async function decidePost(deps: Deps, personId: string, postId: string, { publish, reason }: { publish: boolean; reason: string }): Promise<CornerDesk> {
  const act = publish ? 'publish' : 'refuse';
  await unitOfWork(deps.orm, actorFor(personId, null), (em) => decide(deps, em, { personId, postId, act, reason: requireReason(act, reason) }));
  deps.log.info({ postId, personId, act }, 'post of the public corner decided');
  return readDesk(deps, personId);
}

/** Throws not_found, corner_decided, bad_request. */
export async function takePostDown(deps: Deps, personId: string, postId: string, given: string): Promise<CornerDesk> {
  const reason = requireReason('take_down', given);
  await unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const post = await holdPost(em, postId);
    if (!mayTakeDown(await cornerPartOf(em, personId), post)) throw new DomainError('not_found', 'no such post');
    if (post.takenDownBy === personId) return;
    const state = requireMove(post.state, 'take_down');
    const at = deps.now();
    await em.nativeUpdate(CornerPost, { id: postId }, { state, takenDownAt: at, takenDownBy: personId, takenDownReason: reason });
    await appendEvent(em, actorFor(personId, post.institutionId), `corner:${postId}`, 'corner:takenDown', at, { postId, kind: post.kind, personId });
  });
  deps.log.info({ postId, personId }, 'post of the public corner taken down');
  return readDesk(deps, personId);
}
