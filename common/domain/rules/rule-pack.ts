// What a region demands of replays, as figures. One pack per region; until institutions carry a region, all have the strictest.

export interface ReplayRules {
  /** At the first viewing nobody gets ahead of what was watched; afterwards one may jump about freely. */
  firstViewingWithoutSkipping: boolean;
  /** Credited seconds of replay per second of real time, at most. */
  creditSpeed: number;
  /** Fastest playback offered. Faster than `creditSpeed` it saves time and not credit. */
  fastestSpeed: number;
  /** Share of the file credited from which the viewing counts as whole, 0..1. */
  completeShare: number;
}
export interface RulePack { id: string; replay: ReplayRules }

export const strictestPack: RulePack = {
  id: 'strictest', replay: { firstViewingWithoutSkipping: true, creditSpeed: 1, fastestSpeed: 2, completeShare: 0.98 },
};

/** The pack that binds an institution. */
export const rulePackOf = (_institutionId: string): RulePack => strictestPack;
