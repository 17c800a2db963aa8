// What binds the checks of a session: its rule pack, and over it what the operator set for trials.
import { packByName } from '#domain/rules/packs.ts';
import type { CheckRules } from '#domain/rules/rule-pack.ts';
import { checksInForce } from '#runtime/rules-in-force.ts';
import type { Live } from '../classroom/context.ts';

/** Throws not_found for a pack nobody knows. */
export const checkRules = ({ deps: { config } }: Live, { rulePack }: { rulePack: string }): CheckRules => checksInForce(packByName(rulePack).checks, config);
