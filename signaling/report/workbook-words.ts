// Words of the report's workbook in both languages.
import type { LessonReport, ReportRow } from '#contracts/report.ts';
import type { CheckWay } from '#domain/check.ts';

export type Locale = 'zh' | 'en';
type Word = Record<Locale, string>;
type AnswerFigures = ReportRow['inReplay'];

export const words = {
  sheet: { zh: '课堂报告', en: 'Lesson report' },
  title: { zh: '课堂报告', en: 'Lesson report' },
  institution: { zh: '培训机构', en: 'Institution' },
  course: { zh: '课程班级', en: 'Course, class' },
  planned: { zh: '计划', en: 'Planned' },
  taught: { zh: '实际授课', en: 'Taught' },
  held: { zh: '有效授课', en: 'Held' },
  rulePack: { zh: '学时规则', en: 'Rules' },
  interrupted: { zh: '另有中断', en: 'interrupted' },
  minutes: { zh: '分钟', en: 'min' },
  again: { zh: '需重上', en: 'To be held again' },
  againText: {
    zh: (n: number, held: string, least: number) => `第 ${n} 课时实际授课 ${held} 分钟，不足 ${least} 分钟，需要重新上`,
    en: (n: number, held: string, least: number) => `Unit ${n} was held for ${held} min, less than ${least}: it is to be held again`,
  },
  running: { zh: '进行中', en: 'still live' },
  generated: { zh: '生成时间', en: 'Generated' },
  note: { zh: '说明', en: 'Note' },
  nobody: { zh: '没有学员', en: 'No learners' },
  neverCame: { zh: '未到课', en: 'never came' },
  attendanceLow: { zh: '出勤率低于 80%', en: 'attendance below 80%' },
  accuracyLow: { zh: '正确率低于 80%', en: 'accuracy below 80%' },
  inReplay: {
    zh: ({ asked, answered, correct }: AnswerFigures) => `回放作答：出 ${asked} 答 ${answered} 对 ${correct}`,
    en: ({ asked, answered, correct }: AnswerFigures) => `in the replay: asked ${asked}, answered ${answered}, correct ${correct}`,
  },
  rule: {
    zh: '出勤率 = 合计分钟 ÷ 授课分钟，合计 = 直播计入 + 回放补学，中断时间不计；缺课部分没有录到、无法补学的，其余补完后从该学员授课分钟中扣除；正确率 = 答对 ÷ 提问，未答计入提问；课上没有问到的题按规则在回放作答的也计入；回放分钟是看过的全部回放，不计入出勤率。数值只舍不入。',
    en: 'Attendance = total ÷ held minutes, total = credited live + made up in the replay, interruptions left out; what a learner missed and could not make up because it was not recorded leaves the held minutes once the rest is made up; accuracy = correct ÷ asked, unanswered questions count as asked, and so do those that were put to somebody in the replay as the rules say. Replay minutes are all that was watched and no part of the attendance. Figures are cut, never rounded up.',
  },
} as const satisfies Record<string, Word | Record<Locale, (n: number, held: string, least: number) => string> | Record<Locale, (figures: AnswerFigures) => string>>;

export const correctedWords: Word = { zh: '有更正：凭材料、由两人办理，原始记录保留不变', en: 'Corrected: by two people with a paper; what was observed stays as it was' };

export const headWords = {
  login: { zh: '账号', en: 'Login' },
  name: { zh: '姓名', en: 'Name' },
  joinedAt: { zh: '首次进入', en: 'Joined' },
  leftAt: { zh: '最后离开', en: 'Left' },
  creditedMinutes: { zh: '直播计入分钟', en: 'Live min' },
  madeUpMinutes: { zh: '补学分钟', en: 'Made-up min' },
  togetherMinutes: { zh: '合计分钟', en: 'Total min' },
  heldMinutes: { zh: '授课分钟', en: 'Held min' },
  attendance: { zh: '出勤率', en: 'Attendance' },
  asked: { zh: '提问', en: 'Asked' },
  answered: { zh: '回答', en: 'Answered' },
  correct: { zh: '答对', en: 'Correct' },
  accuracy: { zh: '正确率', en: 'Accuracy' },
  replayMinutes: { zh: '回放分钟', en: 'Replay min' },
  checkWay: { zh: '核验方式', en: 'Check way' },
  checksAsked: { zh: '核验次数', en: 'Checks' },
  checksMatched: { zh: '通过', en: 'Passed' },
  checksFailed: { zh: '未通过', en: 'Failed' },
  checksMissed: { zh: '未响应', en: 'Missed' },
  checksPending: { zh: '待定', en: 'Pending' },
  correctedMinutes: { zh: '其中更正计入', en: 'Corrected min' },
  takenBackMinutes: { zh: '更正扣除', en: 'Taken off min' },
  remark: { zh: '备注', en: 'Remarks' },
} as const satisfies Record<string, Word>;

export const wayWords: Record<CheckWay, Word> = {
  face: { zh: '人脸', en: 'face' },
  alternative: { zh: '其他方式', en: 'alternative' },
  undecided: { zh: '未选择', en: 'undecided' },
};

export const noteWords: Record<NonNullable<LessonReport['note']>, Word> = {
  never_started: { zh: '本课从未开始授课，以下数据不能作为出勤依据。', en: 'This lesson was never started: no figure below says anything about attendance.' },
  cancelled: { zh: '本课已取消。', en: 'This lesson was cancelled.' },
  still_live: { zh: '本课仍在进行，数据截至生成时间。', en: 'This lesson is still live: figures up to the time of generation.' },
};
