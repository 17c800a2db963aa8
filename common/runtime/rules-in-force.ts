// What an operator set for trials goes before the figures of a rule pack: how many checks, how long one may take, after how long somebody is asked whether they are there.
import type { AskedWay } from '#domain/check.ts';
import type { CheckRules, PresenceRules } from '#domain/rules/rule-pack.ts';
import type { Config } from './settings.ts';

export const trialSettings = ['FACE_CHECKS_PER_UNIT', 'FACE_CHECK_WINDOW_SECONDS', 'OTHER_WAY_WINDOW_SECONDS', 'IDLE_ASK_SECONDS', 'IDLE_ANSWER_SECONDS'] as const;
export type TrialConfig = Config<(typeof trialSettings)[number]>;

const ms = (seconds: number | undefined, pack: number): number => (seconds === undefined ? pack : seconds * 1000);

export const checksInForce = (checks: CheckRules, config: TrialConfig): CheckRules => ({
  ...checks, spotPerUnit: config.FACE_CHECKS_PER_UNIT ?? checks.spotPerUnit,
  windowMs: ms(config.FACE_CHECK_WINDOW_SECONDS, checks.windowMs), lookWindowMs: ms(config.OTHER_WAY_WINDOW_SECONDS, checks.lookWindowMs),
});

/** Time to answer a check outside of class, ms. */
export function windowInForce(rules: CheckRules, config: TrialConfig, way: AskedWay): number {
  const { windowMs, lookWindowMs } = checksInForce(rules, config);
  return way === 'alternative' ? lookWindowMs : windowMs;
}

export type IdleRules = Pick<PresenceRules, 'idleAskAfterMs' | 'idleAnswerWithinMs'>;
/** Where a pack never asks, nobody is asked. */
export const idleInForce = ({ idleAskAfterMs, idleAnswerWithinMs }: IdleRules, config: TrialConfig): IdleRules => ({
  idleAskAfterMs: idleAskAfterMs === null ? null : ms(config.IDLE_ASK_SECONDS, idleAskAfterMs), idleAnswerWithinMs: ms(config.IDLE_ANSWER_SECONDS, idleAnswerWithinMs),
});
