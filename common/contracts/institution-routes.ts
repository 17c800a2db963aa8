// What an institution states of itself, and how that changed. Its office writes it; its teachers and regulators read it.
import Type, { type Static } from 'typebox';
import { lookAreas, lookKinds } from '#domain/look.ts';
import { factNames, factSigns, institutionKinds, mostTrainingRegions, platformRights } from '#domain/institution.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Day = Nullable(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }));
const Code = Type.String({ pattern: '^\\d{6}$' });
/** Room for blanks around it: what is too long without them is said by field. */
const words = (signs: number) => Type.String({ maxLength: 2 * signs + 20 });

export const InstitutionFacts = Closed({
  kinds: Type.Array(OneOf(institutionKinds), { maxItems: 10 }), creditCode: words(factSigns.creditCode), filingNumber: words(factSigns.filingNumber), filingFrom: Day, filingUntil: Day, filingRevokedOn: Day,
  seatRegion: Nullable(Code), trainingRegions: Type.Array(Code, { maxItems: 2 * mostTrainingRegions }), responsiblePerson: words(factSigns.responsiblePerson), responsiblePost: words(factSigns.responsiblePost),
  phone: words(factSigns.phone), address: words(factSigns.address), email: words(factSigns.email), website: words(factSigns.website), hotline: words(factSigns.hotline), hotlineHours: words(factSigns.hotlineHours),
  administrator: words(factSigns.administrator), administratorPhone: words(factSigns.administratorPhone),
  platformRight: Nullable(OneOf(platformRights)), platformProvider: words(factSigns.platformProvider), platformFrom: Day, platformUntil: Day,
});

/** Institutions in which the asker has a part, by name. */
export const InstitutionList = Closed({ institutions: Type.Array(Closed({ institutionId: Uuid, name: Type.String() })) });
export type InstitutionList = Static<typeof InstitutionList>;
export const InstitutionProfile = Closed({
  institutionId: Uuid, name: Type.String(), facts: InstitutionFacts,
  /** Counts changes, from 0: nothing stated yet. */
  revision: Type.Integer(), changed: Nullable(Closed({ at: Instant, by: Type.String() })),
  /** The asker is of the office; `seesPapers`: of the office or a regulator. */
  mayChange: Type.Boolean(), seesPapers: Type.Boolean(),
  /** Changes of what the filing was granted on that are not reported yet. */
  toReport: Type.Integer(), serverAt: Instant,
});
export type InstitutionProfile = Static<typeof InstitutionProfile>;
/** `revision`: the one that was changed. */
export const ProfileBody = Closed({ revision: Type.Integer({ minimum: 0 }), facts: InstitutionFacts });
export type ProfileBody = Static<typeof ProfileBody>;

const Value = Nullable(Type.Union([Type.String(), Type.Array(Type.String())]));
export const InstitutionChange = Closed({
  changeId: Uuid, at: Instant, by: Type.String(), changes: Type.Array(Closed({ field: OneOf(factNames), from: Value, to: Value })),
  /** Something the filing was granted on: to be reported to the authority (R153). */
  condition: Type.Boolean(), reported: Nullable(Closed({ on: Type.String(), at: Instant, by: Type.String() })),
});
export type InstitutionChange = Static<typeof InstitutionChange>;
export const InstitutionChanges = Closed({ changes: Type.Array(InstitutionChange) });
export type InstitutionChanges = Static<typeof InstitutionChanges>;
/** Null takes the report back. */
export const ReportedBody = Closed({ on: Day });

/** One look of somebody who oversees the institution. `title`: of what has one. `inspection`: made on an inspection. */
export const Look = Closed({
  lookId: Uuid, at: Instant, name: Type.String(), area: OneOf(lookAreas), route: Type.String(), subjects: Type.Array(Closed({ kind: OneOf(lookKinds), id: Uuid, title: Nullable(Type.String()) })),
  purpose: Nullable(Type.String()), inspection: Type.Boolean(),
});
export type Look = Static<typeof Look>;
/** `before`: names the next page, null on the last. */
export const Looks = Closed({ looks: Type.Array(Look), before: Nullable(Uuid) });
export type Looks = Static<typeof Looks>;

const office = ['admin', 'institution'] as const;
const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const overseers = ['admin', 'institution', 'regulator'] as const;
const OneInstitution = Closed({ institutionId: Uuid });

export const institutionRoutes = {
  'GET /api/institutions': { by: readers, reply: InstitutionList },
  'GET /api/institutions/:institutionId/profile': { by: readers, params: OneInstitution, reply: InstitutionProfile },
  /** The same once more is no change. Errors: not_found, profile_invalid (`factFaults` says which field), profile_changed (somebody was faster). */
  'PUT /api/institutions/:institutionId/profile': { by: office, params: OneInstitution, body: ProfileBody, reply: InstitutionProfile },
  /** The last 200, newest first. */
  'GET /api/institutions/:institutionId/changes': { by: overseers, params: OneInstitution, reply: InstitutionChanges },
  /** What regulators looked at, newest first, 50 at a time; what was done on an unannounced inspection once it is handed over or closed. Errors: not_found. */
  'GET /api/institutions/:institutionId/looks': { by: office, params: OneInstitution, query: Closed({ before: Type.Optional(Uuid) }), reply: Looks },
  /** On which day a change was reported to the authority. Errors: not_found, profile_invalid (no day, in the future, before the change, or no change of a condition). */
  'PUT /api/institutions/:institutionId/changes/:changeId/report': { by: office, params: Closed({ institutionId: Uuid, changeId: Uuid }), body: ReportedBody, reply: Empty },
} as const;
