// What a pack demands, one line per rule: its figures in the units people speak of, the clauses it comes from, and whether it differs from the default.
import { clauseOf, type Clause } from './clauses.ts';
import { defaultPack } from './packs.ts';
import type { RulePack } from './rule-pack.ts';

export const topics = ['realName', 'signIn', 'spot', 'answer', 'retry', 'failed', 'missed', 'hidden', 'media', 'idle', 'attendance', 'accuracy', 'unit', 'makeUp', 'makeUpChecks', 'firstViewing', 'creditSpeed', 'keepFacts', 'keepPictures', 'recorded', 'questions', 'replayAnswers', 'examSignIn', 'examSpot', 'onlineShare', 'publicHours', 'opening'] as const;
export type Topic = (typeof topics)[number];

/** `variant`: which sentence says it; `figures`: what it is filled with. */
export interface Demand { topic: Topic; variant: string; figures: Record<string, number>; differs: boolean; clauses: Clause[] }
type Said = Pick<Demand, 'variant' | 'figures'>;

/** Numbers of the clauses a rule may come from; where a pack names none of them the figure is the platform's own. */
const backing: Record<Topic, readonly string[]> = {
  signIn: ['R20', 'R60', 'R116', 'R138'], spot: ['R61', 'R103', 'R117', 'R139'], answer: [], retry: [], failed: [], missed: [], hidden: ['R22'], media: ['R22'], idle: ['R141'], attendance: ['R25'], accuracy: ['R27'],
  unit: ['R42', 'R126'], makeUp: [], makeUpChecks: [], firstViewing: [], creditSpeed: [], keepFacts: ['R28', 'R59', 'R121', 'R145'], keepPictures: [], realName: ['R9', 'R84', 'R102', 'R116', 'R138'], recorded: ['R85', 'R121'], questions: ['R140'], replayAnswers: [], examSignIn: [], examSpot: [], onlineShare: ['R40'], publicHours: ['R41'], opening: ['R53'],
};
/** Said only of packs whose documents say so: they have no figure that could differ. */
const onlyWritten: readonly Topic[] = ['recorded', 'questions'];

const said = (variant: string, figures: Record<string, number> = {}): Said => ({ variant, figures });
const seconds = (ms: number): number => Math.round(ms / 1000);
const minutes = (ms: number): number => Math.round(ms / 6000) / 10;

function ofChecks({ checks }: RulePack): Pick<Record<Topic, Said>, 'signIn' | 'spot' | 'answer' | 'retry' | 'failed' | 'missed'> {
  return {
    signIn: said(checks.signIn), spot: checks.spotPerUnit > 0 ? said('some', { n: checks.spotPerUnit }) : said('none'), answer: said('plain', { n: seconds(checks.windowMs) }),
    retry: checks.retries > 0 ? said('some', { n: checks.retries }) : said('none'),
    failed: said('plain', { n: checks.failedVoidsAtMostMinutes }), missed: said('plain', { n: checks.missedVoidsAtMostMinutes }),
  };
}

function ofPresence({ presence, attendance }: RulePack): Pick<Record<Topic, Said>, 'hidden' | 'media' | 'idle' | 'attendance' | 'accuracy' | 'unit'> {
  return {
    hidden: said('plain', { n: seconds(presence.hiddenGraceMs) }), media: presence.mediaGraceMs === null ? said('none') : said('some', { n: seconds(presence.mediaGraceMs) }),
    idle: presence.idleAskAfterMs === null ? said('none') : said('some', { n: minutes(presence.idleAskAfterMs), m: minutes(presence.idleAnswerWithinMs) }),
    attendance: said('plain', { n: attendance.attendanceLowBelowPercent }), accuracy: said('plain', { n: attendance.accuracyLowBelowPercent }), unit: said('plain', { n: attendance.leastHeldMinutes }),
  };
}

function ofReplay({ attendance, makeUp, replay, retention }: RulePack): Pick<Record<Topic, Said>, 'makeUp' | 'makeUpChecks' | 'firstViewing' | 'creditSpeed' | 'keepFacts' | 'keepPictures'> {
  return {
    makeUp: attendance.replayCounts ? said('some', { n: makeUp.days }) : said('none'), makeUpChecks: said('plain', { n: makeUp.checksPerUnit }),
    firstViewing: said(replay.firstViewingWithoutSkipping ? 'whole' : 'free'), creditSpeed: said('plain', { n: replay.creditSpeed, m: replay.fastestSpeed }),
    keepFacts: said('plain', { n: retention.factYears }), keepPictures: said('plain', { n: retention.pictureDays }),
  };
}

const sayings = (pack: RulePack): Record<Topic, Said> =>
  ({ ...ofChecks(pack), ...ofPresence(pack), ...ofReplay(pack), ...ofExam(pack), ...ofCourse(pack), realName: said(pack.realName.beforeLesson ? 'first' : 'none'), recorded: said('plain'), questions: said('plain'), replayAnswers: said(pack.replay.answers), opening: said(pack.opening.authority ? 'authority' : 'institution') });

function ofExam({ exam }: RulePack): Pick<Record<Topic, Said>, 'examSignIn' | 'examSpot'> {
  return { examSignIn: said(exam.signIn ? 'first' : 'none'), examSpot: exam.spotEveryMinutes === null ? said('none') : said('some', { n: exam.spotEveryMinutes }) };
}

function ofCourse({ course }: RulePack): Pick<Record<Topic, Said>, 'onlineShare' | 'publicHours'> {
  return {
    onlineShare: course.onlineAtMostPercent === null ? said('none') : said('some', { n: course.onlineAtMostPercent }),
    publicHours: course.publicAtLeastHours > 0 ? said('some', { n: course.publicAtLeastHours }) : said('none'),
  };
}

const same = (one: Said, other: Said): boolean => one.variant === other.variant && JSON.stringify(one.figures) === JSON.stringify(other.figures);

/** In the order of `topics`. */
export function demandsOf(pack: RulePack): Demand[] {
  const [own, usual] = [sayings(pack), sayings(defaultPack)];
  return topics.flatMap((topic): Demand[] => {
    const clauses = backing[topic].filter((number) => pack.sources.includes(number)).flatMap((number) => clauseOf(number) ?? []);
    if (onlyWritten.includes(topic) && clauses.length === 0) return [];
    return [{ topic, ...own[topic], differs: !onlyWritten.includes(topic) && !same(own[topic], usual[topic]), clauses }];
  });
}
