// Which files go with a thing that is deleted, as its rows still say.
import { attachmentKey, coursewareOriginalKey, coursewarePageKey, filmFileKey, replayKey } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import type { RetentionClass } from '#domain/retention.ts';
import type { EntityManager } from '../orm.ts';

type Ask = (em: EntityManager, subjectId: string) => Promise<string[]>;

/** Those of the subject that no correction and no list of another thing points at, as the rows go (0060). Rows of a lesson's own corrections and lists go with it. */
const attachmentsOf = (subjectType: 'lesson' | 'cohort'): Ask => async (em, subjectId) => {
  const rows = await em.execute<{ id: string; institution_id: string }[]>(
    `select a.id, a.institution_id from attachment a where a.subject_type = ? and a.subject_id = ? and not exists (select from correction c where c.attachment_id = a.id and c.lesson_id <> a.subject_id)
     and not exists (select from offline_sheet o where o.attachment_id = a.id and o.lesson_id <> a.subject_id)`, [subjectType, subjectId]);
  return rows.map(({ id, institution_id: institutionId }) => attachmentKey(institutionId, id));
};

/** Not every replay and film has every file; files a replay has lent from a film are the film's. */
const asks: Partial<Readonly<Record<RetentionClass, Ask>>> = {
  fact: attachmentsOf('lesson'), ledger: attachmentsOf('cohort'),
  recording: async (em, subjectId) => {
    const replays = await em.execute<{ id: string }[]>('select id from replay where lesson_id = ? and film_id is null', [subjectId]);
    return replays.flatMap(({ id }) => replayFileNames.map((name) => replayKey(id, name)));
  },
  courseware: async (em, subjectId) => {
    const [row] = await em.execute<{ page_count: number | null }[]>('select page_count from courseware where id = ?', [subjectId]);
    const pages = Array.from({ length: row?.page_count ?? 0 }, (_, index) => index + 1);
    return [coursewareOriginalKey(subjectId), ...pages.flatMap((page) => (['page', 'thumb'] as const).map((size) => coursewarePageKey(subjectId, page, size)))];
  },
  film: async (em, subjectId) => {
    const files = await em.execute<{ ordinal: number }[]>('select ordinal from film_file where film_id = ?', [subjectId]);
    return files.flatMap(({ ordinal }) => replayFileNames.map((name) => filmFileKey(subjectId, ordinal, name)));
  },
  face: async (em, subjectId) => (await em.execute<{ storage_key: string }[]>('select storage_key from face_picture where person_id = ?', [subjectId])).map(({ storage_key: key }) => key),
};

/** Keys in the storage, before the rows go. */
export const filesOf = (em: EntityManager, retentionClass: RetentionClass, subjectId: string): Promise<string[]> => asks[retentionClass]?.(em, subjectId) ?? Promise.resolve([]);
