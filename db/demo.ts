// Who and what the demo seed makes: the accounts printed at start, their school, its lessons.
import { checkDigitOf } from '#domain/identity/document.ts';
import { noFacts, type InstitutionFacts } from '#domain/institution.ts';
import type { MembershipRole } from '#domain/roles.ts';

export interface DemoAccount { login: string; name: string; role: MembershipRole; /** What this person is in the demo lessons. */ as: 'teacher' | 'assistant' | 'learner' | null }

/** One password for all demo accounts, printed at start; a database with real people is started with DEMO_SEED=false. */
export const demoPassword = 'keshi-demo';

const learnerNames = ['李明', '王芳', '张伟', '刘洋', '陈静', '赵强'];
export const demoAccounts: readonly DemoAccount[] = [
  { login: 'teacher', name: '周建国', role: 'teacher', as: 'teacher' },
  { login: 'assistant', name: '孙丽', role: 'teacher', as: 'assistant' },
  ...learnerNames.map((name, index): DemoAccount => ({ login: `student${index + 1}`, name, role: 'student', as: 'learner' })),
  { login: 'school', name: '教务处', role: 'institution', as: null },
  { login: 'inspector', name: '监管员', role: 'regulator', as: null },
  { login: 'admin', name: '管理员', role: 'admin', as: null },
];

/**
 * Papers of a demo learner, by its place among them: right in form and nobody's. There is no region 119999, and 179 is no mobile network (the digits after it once chose how
 * long-distance calls go), so no message can ever reach anybody; the built-in provider writes codes into the log.
 */
export function demoPapers(index: number): { number: string; birthDate: string; regionCode: string; phone: string } {
  const running = String(index + 1).padStart(3, '0');
  const seventeen = `11999919700101${running}`;
  return { number: seventeen + checkDigitOf(seventeen), birthDate: '1970-01-01', regionCode: '119999', phone: `17900000${running}` };
}

export const demoInstitution = '示范职业培训学校';
/** What the demo school states of itself: no code, which would be somebody’s, and a filing that is in force. */
export function demoFacts(now: Date): InstitutionFacts {
  const year = Number(now.toISOString().slice(0, 4));
  return {
    ...noFacts, kinds: ['vocational'], filingNumber: '演示备案第1号', filingFrom: `${year}-01-01`, filingUntil: `${year + 2}-12-31`, seatRegion: '130300', trainingRegions: ['130300'],
    responsiblePerson: '周建国', responsiblePost: '校长', phone: '0335-0000000', administrator: '教务处', administratorPhone: '0335-0000000', hotline: '0335-0000001', hotlineHours: '每天 24 小时', platformRight: 'right_of_use', platformProvider: '演示平台',
    platformFrom: `${year}-01-01`, platformUntil: `${year + 2}-12-31`,
  };
}
export const demoEmployer = '示范焊接厂';
export const demoCourse = '焊工安全操作';
export const demoCohort = '焊工安全操作 第一期';

const dayMinutes = 24 * 60;
export interface DemoLesson {
  title: string; startsInMinutes: number; plannedMinutes: number; status: 'missed' | 'cancelled' | 'open' | 'scheduled'; cancelReason: string | null;
}

/** `startsInMinutes` from the moment of seeding. */
export const demoLessons = [
  { title: '第一课 焊接安全总则', startsInMinutes: -2 * dayMinutes, plannedMinutes: 90, status: 'missed', cancelReason: null },
  { title: '第二课 个人防护用品', startsInMinutes: -dayMinutes, plannedMinutes: 90, status: 'cancelled', cancelReason: '教师请假' },
  { title: '第三课 电焊机的检查', startsInMinutes: 0, plannedMinutes: 45, status: 'open', cancelReason: null },
  { title: '第四课 动火作业许可', startsInMinutes: 120, plannedMinutes: 90, status: 'scheduled', cancelReason: null },
  { title: '第五课 事故应急处置', startsInMinutes: dayMinutes, plannedMinutes: 135, status: 'scheduled', cancelReason: null },
] as const satisfies readonly DemoLesson[];

/** Added at a start on a later day, when none of the above can be taught any more. */
export const practiceLesson: DemoLesson = { title: '练习课 焊前准备', startsInMinutes: 0, plannedMinutes: 45, status: 'open', cancelReason: null };
