// Which rule pack an institution and its cohorts are held under, and choosing it (R62).
import Type, { type Static } from 'typebox';
import { packs } from '#domain/rules/packs.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** Ids of packs that may be chosen; a session keeps the version that was newest when it started. */
const PackId = OneOf([...new Set(packs.map(({ id }) => id))]);
/** Null: no choice of one's own. A cohort then follows its institution, an institution the default. */
export const PackChoice = Closed({ rulePack: Nullable(PackId) });
export type PackChoice = Static<typeof PackChoice>;

/** Who chose last, and when; null where nobody ever did. */
const chosen = { rulePack: Nullable(Type.String()), chosen: Nullable(Closed({ at: Instant, by: Nullable(Type.String()) })) };
export const CohortRules = Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String(), ...chosen });
export type CohortRules = Static<typeof CohortRules>;
export const InstitutionRules = Closed({
  institutionId: Uuid, name: Type.String(), ...chosen, cohorts: Type.Array(CohortRules),
  /** Lessons that run now: they keep the pack they started under. */
  running: Type.Integer(),
});
export type InstitutionRules = Static<typeof InstitutionRules>;
/** Of every institution this person manages, by name. */
export const RuleChoices = Closed({ institutions: Type.Array(InstitutionRules) });
export type RuleChoices = Static<typeof RuleChoices>;
