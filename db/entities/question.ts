// The question bank: a question is what stays the same, a version is its wording. A version is never changed, so that an answer can point at what was asked.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { PictureType } from '#domain/picture.ts';
import type { BankKind } from '#domain/question.ts';

export const QuestionPicture = defineEntity({
  name: 'QuestionPicture',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), storageKey: p.text(), contentType: p.text().$type<PictureType>(), sizeBytes: p.integer(),
    createdBy: p.uuid(), createdAt: p.datetime(),
  },
});
export const BankQuestion = defineEntity({
  name: 'BankQuestion',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(),
    /** The one in use now. */
    version: p.integer(), createdBy: p.uuid(), createdAt: p.datetime(),
    /** Since then it is not asked any more. */
    retiredAt: p.datetime().nullable(),
  },
});
export const QuestionVersion = defineEntity({
  name: 'QuestionVersion',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), questionId: p.uuid(), version: p.integer(), kind: p.text().$type<BankKind>(), stem: p.text(),
    pictureId: p.uuid().nullable(), options: p.json().$type<string[]>(), rightChoices: p.json().$type<number[]>(), accepted: p.json().$type<string[]>(),
    knowledgePoint: p.text(), difficulty: p.integer(), explanation: p.text(),
    /** The same for questions that ask the same. */
    fingerprint: p.text(), createdBy: p.uuid(), createdAt: p.datetime(),
  },
});
/** Ordered questions, asked with so many seconds each. */
export const QuestionSet = defineEntity({
  name: 'QuestionSet',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), name: p.text(), secondsEach: p.integer(), changedBy: p.uuid(), changedAt: p.datetime(), createdAt: p.datetime(),
  },
});
export const QuestionSetItem = defineEntity({
  name: 'QuestionSetItem',
  properties: { setId: p.uuid().primary(), ordinal: p.integer().primary(), institutionId: p.uuid(), questionId: p.uuid() },
});
export type BankQuestion = InferEntity<typeof BankQuestion>;
export type QuestionSet = InferEntity<typeof QuestionSet>;
