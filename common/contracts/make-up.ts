// Making up in the replay: what is open, how far a viewing that makes up is, and the code of whoever is not known by their face.
import Type, { type Static } from 'typebox';
import { verdicts, checkKinds } from '#domain/check.ts';
import { presenceReasons } from '#domain/presence/facts.ts';
import { sittingStands } from '#domain/presence/sitting.ts';
import { AskedCheck } from './check.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** What a learner may still make up in one file, ms from its start, and what of its unit was. */
export const MakeUpOffer = Closed({
  /** False when the days are over, or nothing is left. */
  open: Type.Boolean(),
  spans: Type.Array(Closed({ fromMs: Type.Integer(), toMs: Type.Integer(), reason: OneOf(presenceReasons) })),
  leftMs: Type.Integer(), madeUpMs: Type.Integer(),
  /** Until when; null where no replay is counted. */
  deadlineAt: Nullable(Instant),
});
export type MakeUpOffer = Static<typeof MakeUpOffer>;

/** How far a viewing that makes up is. `left`: what is to be played next, in order, ms of the file; something counts only while it stands at `watching`. */
export const MakeUpState = Closed({
  left: Type.Array(Type.Tuple([Type.Integer(), Type.Integer()])), leftMs: Type.Integer(), countedMs: Type.Integer(),
  stand: OneOf(sittingStands),
  /** The next question in the way: what lies behind its moment counts once it is answered (POST /api/viewings/:viewingId/questions/:questionId/showing). */
  question: Nullable(Closed({ questionId: Uuid, atMs: Type.Integer() })),
  /** Waits for its answer: a picture (POST /api/checks/:checkId/snapshot), or the phone code. */
  check: Nullable(AskedCheck),
  /** The one before it; `verdict` null while nobody has judged it yet. */
  last: Nullable(Closed({ checkId: Uuid, kind: OneOf(checkKinds), verdict: Nullable(OneOf(verdicts)) })),
  closesAt: Instant,
});
export type MakeUpState = Static<typeof MakeUpState>;

export const PhoneAnswerBody = Closed({ code: Type.String({ pattern: '^\\d{6}$' }) });
