// Questions in a replay: placed in a film, put to a viewing (each time a row), and answered, once per person.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const FilmQuestion = defineEntity({
  name: 'FilmQuestion',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), unitId: p.uuid(), versionId: p.uuid(),
    /** The instant of the unit: where it stands in a file follows from the file's start. */
    moment: p.datetime(), seconds: p.integer(), placedBy: p.uuid(), placedAt: p.datetime(),
    /** Since then nobody is asked any more; answers stay. */
    retiredAt: p.datetime().nullable(),
  },
});
export const FilmShowing = defineEntity({
  name: 'FilmShowing',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), viewingId: p.uuid(), personId: p.uuid(),
    /** One of the two: the first asking in class, or one that was placed. */
    quizId: p.uuid().nullable(), filmQuestionId: p.uuid().nullable(),
    madeUp: p.boolean(), shownAt: p.datetime(), deadlineAt: p.datetime(),
  },
});
export const FilmAnswer = defineEntity({
  name: 'FilmAnswer',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), showingId: p.uuid(), personId: p.uuid(), quizId: p.uuid().nullable(), filmQuestionId: p.uuid().nullable(),
    choices: p.json().$type<number[]>().nullable(), text: p.text().nullable(), correct: p.boolean(), madeUp: p.boolean(),
    /** Came after the end, of a device the server had lost. */
    afterCut: p.boolean(), answeredAt: p.datetime(),
  },
});
export type FilmQuestion = InferEntity<typeof FilmQuestion>;
export type FilmShowing = InferEntity<typeof FilmShowing>;
