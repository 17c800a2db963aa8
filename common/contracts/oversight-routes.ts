// The console of regulators: what is live, figures, institutions by risk, learners below, and looking somebody up (R31, R106, R115).
import Type, { type Static } from 'typebox';
import { belowWhats } from '#domain/below.ts';
import { riskCodes, riskLevels } from '#domain/institution-risk.ts';
import { searchedBy, searchLimits } from '#domain/oversight-search.ts';
import { CaptureTrouble } from './recording.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Count = Type.Integer({ minimum: 0 });
const Share = Nullable(Type.Number({ minimum: 0 }));
const Region = Nullable(Type.String());
/** Six digits of a region, or `none`: institutions that stated no seat. */
const RegionQuery = Type.Optional(Type.String({ pattern: '^(\\d{6}|none)$' }));

const regionFigures = { institutions: Count, classes: Count, present: Count, expected: Count };
export const OversightRegion = Closed({ region: Region, ...regionFigures });
/** `recording`: `off` where none is wanted, `trouble` where it may be losing something or does not run. `checksPassed` of `checksSettled`: face checks of this session so far. */
export const OversightClass = Closed({
  lessonId: Uuid, title: Type.String(), institutionId: Uuid, institutionName: Type.String(), region: Region, courseTitle: Type.String(), cohortTitle: Type.String(), teachers: Type.Array(Type.String()),
  startedAt: Nullable(Instant), present: Count, expected: Count, checksPassed: Count, checksSettled: Count, recording: OneOf(['off', 'good', 'trouble'] as const), troubles: Type.Array(CaptureTrouble),
  interrupted: Type.Boolean(), leadHere: Type.Boolean(),
});
export type OversightClass = Static<typeof OversightClass>;
/** Counts of every region one oversees; classes of the chosen one, newest first, `more` where there are more than are told. */
export const OversightLive = Closed({ regions: Type.Array(OversightRegion), classes: Type.Array(OversightClass), more: Type.Boolean(), serverNowMs: Type.Number() });
export type OversightLive = Static<typeof OversightLive>;

/** `learners`: in classes that are open, whoever is in two counted twice. Of this month in Shanghai: lessons that began in it and the minutes credited in them. */
export const OversightFigures = Closed({
  institutions: Count, cohortsOpen: Count, learners: Count, learnersEver: Count, lessonsThisMonth: Count, creditedMinutes: Type.Number({ minimum: 0 }), recordings: Count, recordingsHeld: Count,
  certificates: Count, certificatesThisMonth: Count, generatedAt: Instant,
});
export type OversightFigures = Static<typeof OversightFigures>;

const Reason = Closed({ code: OneOf(riskCodes), level: OneOf(['high', 'raised'] as const), count: Count, of: Nullable(Count) });
export const OversightInstitution = Closed({
  institutionId: Uuid, name: Type.String(), region: Region, level: OneOf(riskLevels), reasons: Type.Array(Reason), lessons: Count, learnerLessons: Count,
});
export type OversightInstitution = Static<typeof OversightInstitution>;
/** Highest risk first; figures since `from`. */
export const OversightInstitutions = Closed({ institutions: Type.Array(OversightInstitution), from: Instant, generatedAt: Instant });
export type OversightInstitutions = Static<typeof OversightInstitutions>;

const learner = { personId: Uuid, cohortId: Uuid, name: Type.String(), numberMask: Nullable(Type.String()), institutionId: Uuid, institutionName: Type.String(), cohortTitle: Type.String(), courseTitle: Type.String() };
export const LearnerBelow = Closed({ ...learner, attendance: Share, accuracy: Share, checksAsked: Count, checksFailed: Count, checksMissed: Count, creditedMinutes: Type.Number(), asOf: Instant });
export type LearnerBelow = Static<typeof LearnerBelow>;
/** By institution and name; `next` asks for the page behind, null where this was the last. `counts`: of the institution that was chosen, or of all. */
export const LearnersBelow = Closed({ learners: Type.Array(LearnerBelow), next: Nullable(Type.String()), counts: Closed({ attendance: Count, checks: Count, accuracy: Count }) });
export type LearnersBelow = Static<typeof LearnersBelow>;

export const FoundLearner = Closed({ ...learner, enrolledAt: Instant, creditedMinutes: Nullable(Type.Number()), attendance: Share, certificate: Nullable(Type.String()) });
export type FoundLearner = Static<typeof FoundLearner>;
/** `by`: what the text was taken for; `unclear`: a number with a slip in it, or nothing. */
export const FoundLearners = Closed({ by: OneOf(searchedBy), learners: Type.Array(FoundLearner), more: Type.Boolean() });
export type FoundLearners = Static<typeof FoundLearners>;

const overseers = ['regulator'] as const;

/** All of it within the institutions the asker is a regulator of. */
export const oversightRoutes = {
  /** Errors: bad_request (a region that is none). */
  'GET /api/oversight/live': { by: overseers, query: Closed({ region: RegionQuery }), reply: OversightLive },
  'GET /api/oversight/figures': { by: overseers, reply: OversightFigures },
  'GET /api/oversight/institutions': { by: overseers, query: Closed({ region: RegionQuery }), reply: OversightInstitutions },
  /** Errors: not_found (an institution one does not oversee), bad_request (a place nobody was given). */
  'GET /api/oversight/below': { by: overseers, query: Closed({ what: OneOf(belowWhats), institutionId: Type.Optional(Uuid), behind: Type.Optional(Type.String({ maxLength: 400 })) }), reply: LearnersBelow },
  /** Changes nothing; a body, so that no number of a document stands in an address. */
  'POST /api/oversight/search': { by: overseers, body: Closed({ text: Type.String({ minLength: 1, maxLength: searchLimits.longest }) }), reply: FoundLearners },
} as const;
