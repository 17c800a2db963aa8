// Words of the ledger and of the list of hours in files and on paper, in both languages.
import type { LedgerExamState } from '#domain/ledger.ts';

export type Locale = 'zh' | 'en';
export type Words = Record<Locale, string>;
const words = (zh: string, en: string): Words => ({ zh, en });

export const examWords: Record<LedgerExamState, Words> = {
  passed: words('通过', 'passed'), failed: words('未通过', 'failed'), annulled: words('不计', 'annulled'), held: words('等待确认', 'to be decided'), to_mark: words('等待批阅', 'to be marked'),
  open: words('未交卷', 'not handed in'), none: words('未参加', 'not taken'),
};
export const paperWords = {
  page: words('第 {n} 页', 'Page {n}'), noIdentity: words('未实名登记', 'No identity registered'),
} as const;
export const listWords = {
  title: words('全部学时统计清单', 'Full list of hours'), learner: words('学员', 'Learner'), number: words('证件号码', 'ID number'), phone: words('手机', 'Phone'), institution: words('培训机构', 'Institution'), course: words('课程', 'Course'), cohort: words('班级', 'Cohort'),
  enrolled: words('报名日期', 'Enrolled'), left: words('退班日期', 'Left'), exams: words('考试', 'Exams'), noExam: words('没有考试', 'no exam'), certificate: words('证书编号', 'Certificate'), noCertificate: words('未发证', 'none yet'),
  lesson: words('课程与课时', 'Lesson and unit'), held: words('应学分钟', 'Minutes held'), live: words('直播计入分钟', 'Credited live'), madeUp: words('回放补学分钟', 'Made up'), attendance: words('到课率', 'Attendance'), checks: words('核验通过/次数', 'Checks passed/asked'),
  answers: words('答对/提问', 'Correct/asked'), accuracy: words('正确率', 'Accuracy'), unit: words('第 {n} 课时', 'Unit {n}'), notCame: words('没有来', 'did not come'), sum: words('合计', 'Sum'), none: words('还没有上过课。', 'No lesson was held yet.'),
  atPlace: words('线下 {n} 分钟', '{n} min at a place'),
  corrected: words('更正 +{more} −{less} 分钟', 'corrected +{more} −{less} min'), unsettled: words('待处理 {n} 项', '{n} unsettled'),
  rules: words('规则 {pack}。到课率＝（直播计入＋回放补学）÷ 应学，低于 {attendance}% 为不足；因教师或平台中断的时间不算应学，每一刻只计一次。正确率＝答对 ÷ 提问，低于 {accuracy}% 为不足。分钟保留一位小数，只舍不入。',
    'Rule pack {pack}. Attendance is minutes credited live and made up, over minutes held; below {attendance}% is too low. Time lost by the teacher or the platform is not held, and each moment counts once. Accuracy is correct over asked; below {accuracy}% is too low. Minutes have one decimal, cut and not rounded.'),
  evidence: words('存证签名头 {head}（可据此核验这些记录此后没有被改写）', 'Evidence head {head} (with it anybody can verify that these records were not rewritten since)'),
  asOf: words('数据时间 {at}，制表时间 {now}（北京时间）', 'As of {at}, made {now} (Beijing time)'), seal: words('机构盖章：', 'Seal of the institution:'), sign: words('学员签名：', 'Signature of the learner:'),
} as const;
