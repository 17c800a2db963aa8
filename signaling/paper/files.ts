// Papers as files: made anew from the rows each time, and that it was made is an event with the hash of what it said.
import { createHash } from 'node:crypto';
import type { PaperFileBody, PaperView } from '#contracts/paper.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { isOffice, requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { paperCounts } from '#domain/paper/paper.ts';
import type { Attempts } from '#runtime/attempts.ts';
import { paperTypes, writePaper } from '#runtime/paper/write-paper.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { publicOrigin } from '../http/public-origin.ts';
import { makePaper, openNumbers, paperReaders, type PaperAsk } from './reading.ts';

/** Whole numbers of a class in one file: of many one after the other nobody has need. */
const fullPerHour = 20;

/** Throws not_found, bad_request. */
export async function readPaper(deps: Deps, personId: string, institutionId: string, query: PaperAsk['query']): Promise<PaperView> {
  const em = deps.orm.em.fork();
  await requirePart(em, personId, institutionId, paperReaders);
  const paper = await makePaper(deps, em, { institutionId, query, open: null });
  return { ...paper, counts: paperCounts(paper) };
}

/** Throws not_found, bad_request, forbidden, too_many_attempts. */
export async function paperFile(deps: Deps, attempts: Attempts, personId: string, institutionId: string, { format, full, ...query }: PaperFileBody): Promise<FileAnswer> {
  const { orm, config, now } = deps;
  const roles = await requirePart(orm.em.fork(), personId, institutionId, paperReaders);
  if (full && !isOffice(roles)) throw new DomainError('forbidden', 'whole numbers are for the office');
  const wait = full ? attempts.take([{ key: personId, limit: fullPerHour }], now().getTime()) : 0;
  if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
  const actor = actorFor(personId, institutionId);
  const paper = await unitOfWork(orm, actor, async (em) => {
    const made = await makePaper(deps, em, { institutionId, query, open: full ? openNumbers(deps, personId, institutionId) : null });
    await appendEvent(em, actor, `institution:${institutionId}`, 'paper:made', now(), { ...query, format, full: made.full, ...paperCounts(made), contentSha256: canonicalHash(made) });
    return made;
  });
  const bytes = await writePaper({ paper, format, origin: publicOrigin(config) });
  deps.log.info({ institutionId, personId, paper: query.paper, format, full, sha256: createHash('sha256').update(bytes).digest('hex') }, 'a paper was made');
  return { type: paperTypes[format], sizeBytes: bytes.length, fileName: `${paper.title}-${shanghaiDay(now())}${full ? '' : '-公示'}.${format}`, open: () => bytes };
}
