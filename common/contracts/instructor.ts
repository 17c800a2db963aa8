// Instructors of an institution over REST: who they are, what they may teach by, and in what they are used.
import Type, { type Static } from 'typebox';
import { credentialKinds, credentialLevels, instructorLimits as limits } from '#domain/course/instructor.ts';
import { Day } from './course.ts';
import { Closed, Nullable, OneOf, Uuid } from './shapes.ts';

export const Credential = Closed({
  kind: OneOf(credentialKinds), level: OneOf(credentialLevels), name: Type.String({ maxLength: limits.credentialName }), number: Type.String({ maxLength: limits.credentialNumber }),
  occupationName: Type.String({ maxLength: 200 }), occupationCode: Type.String({ maxLength: 20 }), validUntil: Nullable(Day),
});
const content = {
  name: Type.String({ minLength: 1, maxLength: limits.name, pattern: '\\S' }), trade: Type.String({ maxLength: limits.trade }), rank: Type.String({ maxLength: limits.rank }),
  /** Null for readers outside of the office. */
  phone: Nullable(Type.String({ maxLength: limits.phone })), email: Nullable(Type.String({ maxLength: limits.email })),
  history: Type.String({ maxLength: limits.history }), awards: Type.String({ maxLength: limits.awards }), credentials: Type.Array(Credential, { maxItems: limits.mostCredentials }),
  /** The teacher of the institution this is; null: nobody with an account. */
  personId: Nullable(Uuid),
};
export const InstructorBody = Closed({ institutionId: Uuid, ...content });
export type InstructorBody = Static<typeof InstructorBody>;
export const InstructorEdit = Closed({ ...content, revision: Type.Integer({ minimum: 1 }), retired: Type.Boolean() });
export type InstructorEdit = Static<typeof InstructorEdit>;
/** `courses`: whose newest dossier names this instructor. */
export const Instructor = Closed({
  instructorId: Uuid, institutionId: Uuid, ...content, revision: Type.Integer(), retired: Type.Boolean(), mayEdit: Type.Boolean(), courses: Type.Array(Type.String()),
});
export type Instructor = Static<typeof Instructor>;
/** `teachers`: of the asker's offices, whom an instructor may be. */
export const InstructorList = Closed({
  instructors: Type.Array(Instructor), offices: Type.Array(Closed({ institutionId: Uuid, name: Type.String(), teachers: Type.Array(Closed({ personId: Uuid, name: Type.String() })) })),
});
export type InstructorList = Static<typeof InstructorList>;
