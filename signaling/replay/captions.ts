// Captions of a replay: WebVTT that staff upload, one text per language, for everybody who may watch.
import type { LessonReplay } from '#contracts/replay.ts';
import { Caption } from '#db/entities/recording.ts';
import { unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { shownReplay } from './viewings.ts';
import { captionFault } from './webvtt.ts';

type Locale = LessonReplay['parts'][number]['captions'][number]['locale'];
const mostBytes = 1_000_000;

/** Replaces the captions of that language. Throws not_found, forbidden, replay_not_ready, captions_invalid with the line. */
export async function putCaptions(deps: Deps, personId: string, replayId: string, { locale, text }: { locale: Locale; text: string }): Promise<void> {
  const { replay, staff } = await shownReplay(deps, personId, replayId);
  if (!staff) throw new DomainError('forbidden', 'captions are for staff to add');
  if (Buffer.byteLength(text) > mostBytes) throw new DomainError('captions_invalid', `captions have at most ${mostBytes} bytes`);
  const fault = captionFault(text);
  if (fault) throw new DomainError('captions_invalid', `line ${fault.line}: ${fault.what}`);
  const { institutionId } = replay;
  const now = deps.now();
  await unitOfWork(deps.orm, actorFor(personId, institutionId), (em) => em.upsert(
    Caption, { id: newId(now.getTime()), institutionId, replayId, locale, text, uploadedBy: personId, createdAt: now }, { onConflictFields: ['replayId', 'locale'] },
  ));
  deps.log.info({ replayId, personId, locale }, 'captions uploaded');
}

/** Throws not_found, replay_not_ready. */
export async function captionsFile(deps: Deps, personId: string, replayId: string, locale: Locale): Promise<FileAnswer> {
  await shownReplay(deps, personId, replayId);
  const caption = await deps.orm.em.fork().findOne(Caption, { replayId, locale });
  if (!caption) throw new DomainError('not_found', 'no captions in this language');
  const bytes = Buffer.from(caption.text);
  return {
    type: 'text/vtt; charset=utf-8', sizeBytes: bytes.length, etag: `"${caption.id}-${caption.createdAt.getTime().toString(16)}"`,
    open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes),
  };
}
