// The packs: a default as strict as the strictest document, and one per region, which says where it differs and by which clause.
import { DomainError } from '../errors.ts';
import { packName, type RulePack } from './rule-pack.ts';

const minuteMs = 60_000;

export const defaultPack: RulePack = {
  id: 'default', version: 1, title: { zh: '默认（各地最严）', en: 'Default (the strictest of all)' },
  sources: ['R9', 'R20', 'R22', 'R25', 'R27', 'R40', 'R41', 'R42', 'R61', 'R117', 'R141', 'R145'],
  realName: { beforeLesson: true },
  attendance: { attendanceLowBelowPercent: 80, accuracyLowBelowPercent: 80, leastHeldMinutes: 45, replayCounts: true },
  presence: { leaseMs: 10_000, hiddenGraceMs: 10_000, mediaGraceMs: 30_000, idleAskAfterMs: 15 * minuteMs, idleAnswerWithinMs: minuteMs },
  checks: { signIn: 'each_unit', spotPerUnit: 2, windowMs: minuteMs, lookWindowMs: 5 * minuteMs, retries: 1, signInsAgain: 5, perSecond: 3, failedVoidsAtMostMinutes: 45, missedVoidsAtMostMinutes: 15 },
  // The documents want questions in class tallied (R26, R27) and asked while people learn (R140); of a replay none speaks. So an answer counts only where it is proven who gave it.
  replay: { firstViewingWithoutSkipping: true, creditSpeed: 1, fastestSpeed: 2, completeShare: 0.98, answers: 'whereMadeUp' },
  makeUp: { days: 7, checksPerUnit: 2, failedChecks: true },
  // No document fixes a period for appeals: as long as what was missed may be made up, well within the 30 days a picture is kept (R155, R158).
  review: { appealDays: 7 },
  // Longer where a document says so, never shorter than a region's own: what no document fixes is kept as long as the strictest keeps facts (R28, R145). Faces no longer than their purpose needs.
  retention: { factYears: 5, recordingYears: 5, coursewareYears: 5, examYears: 5, talkYears: 5, pictureDays: 30, rawCaptureDays: 30, securityLogDays: 190 },
  // No document speaks of faces in exams. The default asks as it does in class: before it, and about as often (two in 45 minutes); a region as its own documents have it in class; those of Guangdong know no faces.
  exam: { signIn: true, spotEveryMinutes: 20 },
  // Only Qinhuangdao fixes figures for a plan of hours: the others have no such demand (R40, R41).
  course: { onlineAtMostPercent: 50, publicAtLeastHours: 12 },
  // Only where subsidies are claimed by class (Qinhuangdao, R53) must the authority know each class before it begins; the others file platform and courses.
  opening: { authority: true },
};

type Differences = { [K in 'realName' | 'attendance' | 'presence' | 'checks' | 'replay' | 'makeUp' | 'review' | 'retention' | 'exam' | 'course' | 'opening']?: Partial<RulePack[K]> };
const region = (id: string, zh: string, en: string, sources: readonly string[], { realName, attendance, presence, checks, replay, makeUp, review, retention, exam, course, opening }: Differences): RulePack => ({
  id, version: 1, title: { zh, en }, sources,
  realName: { ...defaultPack.realName, ...realName },
  attendance: { ...defaultPack.attendance, ...attendance }, presence: { ...defaultPack.presence, ...presence }, checks: { ...defaultPack.checks, ...checks },
  replay: { ...defaultPack.replay, ...replay }, makeUp: { ...defaultPack.makeUp, ...makeUp }, review: { ...defaultPack.review, ...review }, retention: { ...defaultPack.retention, ...retention }, exam: { ...defaultPack.exam, ...exam }, course: { ...defaultPack.course, ...course },
  opening: { ...defaultPack.opening, ...opening },
});
const anyPlan = { onlineAtMostPercent: null, publicAtLeastHours: 0 } as const;
const byInstitution = { authority: false } as const;

/** Every pack that is or was in force. */
export const packs: readonly RulePack[] = [
  defaultPack,
  region('qinhuangdao', '秦皇岛', 'Qinhuangdao', ['R9', 'R20', 'R22', 'R25', 'R27', 'R28', 'R40', 'R41', 'R42'], { presence: { idleAskAfterMs: null } }),
  region('hainan', '海南', 'Hainan', ['R59', 'R60', 'R61'], { checks: { signIn: 'each_lesson', spotPerUnit: 1 }, exam: { spotEveryMinutes: 45 }, presence: { idleAskAfterMs: null }, retention: { factYears: 3 }, course: anyPlan, opening: byInstitution }),
  region('guangdong', '广东', 'Guangdong', ['R84', 'R85'], { checks: { signIn: 'each_lesson', spotPerUnit: 1 }, exam: { signIn: false, spotEveryMinutes: null }, presence: { idleAskAfterMs: null }, course: anyPlan, opening: byInstitution }),
  region('tianjin', '天津', 'Tianjin', ['R102', 'R103', 'R116', 'R117', 'R121', 'R126'], { checks: { signIn: 'each_lesson' }, presence: { idleAskAfterMs: null }, retention: { factYears: 3 }, course: anyPlan, opening: byInstitution }),
  region('lishui', '丽水', 'Lishui', ['R138', 'R139', 'R140', 'R141', 'R145'], { checks: { signIn: 'each_lesson', spotPerUnit: 1 }, exam: { spotEveryMinutes: 45 }, course: anyPlan, opening: byInstitution }),
];

/** The newest version of a pack. Throws not_found. */
export function packById(id: string): RulePack {
  const found = packs.filter((pack) => pack.id === id).toSorted((one, other) => other.version - one.version)[0];
  if (!found) throw new DomainError('not_found', `no rule pack ${id}`);
  return found;
}

/** The pack a record names, in the version that applied. Throws not_found. */
export function packByName(name: string): RulePack {
  const found = packs.find((pack) => packName(pack) === name);
  if (!found) throw new DomainError('not_found', `no rule pack ${name}`);
  return found;
}

/** What binds a lesson: its cohort's choice, else its institution's, else the default. */
export const packFor = ({ cohort, institution }: { cohort: string | null; institution: string | null }): RulePack => packById(cohort ?? institution ?? defaultPack.id);
