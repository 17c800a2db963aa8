// Columns of the ledger as a file, and the sheet that says what they mean; the same for XLSX and CSV, in both languages.
import type { LedgerRow } from '#contracts/ledger.ts';
import { shanghaiDay, shanghaiTime } from '#domain/day.ts';
import { examWords, type Locale, type Words } from '#runtime/pdf/ledger-words.ts';
import type { Cell } from './workbook.ts';

interface Column { heading: Words; width: number; cell: (row: LedgerRow, locale: Locale) => Cell }

const yes: Words = { zh: '是', en: 'yes' };
const day = (at: string): string => shanghaiDay(new Date(at));
const time = (at: string): string => shanghaiTime(new Date(at));
const text = (value: string | null): Cell => ({ kind: 'text', value });
const count = (value: number): Cell => ({ kind: 'count', value });
const minutes = (value: number): Cell => ({ kind: 'minutes', value });
const share = (value: number | null): Cell => ({ kind: 'share', value });
const column = (zh: string, en: string, width: number, cell: Column['cell']): Column => ({ heading: { zh, en }, width, cell });

export const columns: readonly Column[] = [
  column('姓名', 'Name', 14, (row) => text(row.name)),
  column('账号', 'Login', 18, (row) => text(row.login)),
  column('证件号码（隐去部分）', 'ID number (masked)', 22, (row) => text(row.numberMask)),
  column('手机（隐去部分）', 'Phone (masked)', 16, (row) => text(row.phoneMask)),
  column('课程', 'Course', 24, (row) => text(row.courseTitle)),
  column('班级', 'Cohort', 20, (row) => text(row.cohortTitle)),
  column('报名日期', 'Enrolled', 12, (row) => text(day(row.enrolledAt))),
  column('退班日期', 'Left', 12, (row) => text(row.endedAt && day(row.endedAt))),
  column('已授课（节）', 'Lessons held', 12, (row) => count(row.lessons)),
  column('签到上课（节）', 'Lessons come to', 14, (row) => count(row.came)),
  column('已授课时（个）', 'Units held', 14, (row) => count(row.units)),
  column('应学分钟', 'Minutes held', 12, (row) => minutes(row.heldMinutes)),
  column('直播计入分钟', 'Minutes credited live', 14, (row) => minutes(row.creditedMinutes)),
  column('回放补学分钟', 'Minutes made up', 14, (row) => minutes(row.madeUpMinutes)),
  column('到课率', 'Attendance', 10, (row) => share(row.attendance)),
  column('到课率不足', 'Attendance too low', 12, (row, locale) => text(row.attendanceLow ? yes[locale] : null)),
  column('核验次数', 'Checks asked', 10, (row) => count(row.checks.asked)),
  column('核验通过', 'Checks passed', 10, (row) => count(row.checks.matched)),
  column('核验未通过', 'Checks failed', 12, (row) => count(row.checks.failed)),
  column('核验错过', 'Checks missed', 10, (row) => count(row.checks.missed)),
  column('核验待定', 'Checks pending', 10, (row) => count(row.checks.pending)),
  column('提问', 'Questions asked', 8, (row) => count(row.asked)),
  column('作答', 'Answered', 8, (row) => count(row.answered)),
  column('答对', 'Correct', 8, (row) => count(row.correct)),
  column('正确率', 'Accuracy', 10, (row) => share(row.accuracy)),
  column('正确率不足', 'Accuracy too low', 12, (row, locale) => text(row.accuracyLow ? yes[locale] : null)),
  column('考试（场）', 'Exams', 10, (row) => count(row.exams)),
  column('考试通过（场）', 'Exams passed', 14, (row) => count(row.examsPassed)),
  column('考试状态', 'Exam state', 12, (row, locale) => text(row.examState && examWords[row.examState][locale])),
  column('考试得分率', 'Exam score', 12, (row) => share(row.examShare)),
  column('待处理', 'Unsettled', 8, (row) => count(row.unsettled)),
  column('证书编号', 'Certificate', 18, (row) => text(row.certificate)),
  column('其中更正计入分钟', 'Of that credited by a correction', 16, (row) => minutes(row.correctedMinutes)),
  column('更正扣除分钟', 'Taken off by a correction', 14, (row) => minutes(row.takenBackMinutes)),
  column('规则', 'Rule pack', 14, (row) => text(row.rulePack)),
  column('数据时间', 'As of', 18, (row) => text(time(row.asOf))),
];

export const cellsOf = (row: LedgerRow, locale: Locale): Cell[] => columns.map(({ cell }) => cell(row, locale));
export const headingsIn = (locale: Locale): string[] => columns.map(({ heading }) => heading[locale]);
export const sheetNames: Record<'ledger' | 'notes', Words> = { ledger: { zh: '电子培训台账', en: 'Ledger' }, notes: { zh: '说明', en: 'Notes' } };

/** What narrowed the file, and what was seen while it was written. */
export interface Noted {
  institutionName: string; cohortTitle: string | null; courseTitle: string | null; attendanceLow: boolean; accuracyLow: boolean; unsettled: boolean; searched: string | null;
  rows: number; madeAt: string; oldestAsOf: string | null; rulePacks: readonly { name: string; attendanceLowBelowPercent: number; accuracyLowBelowPercent: number }[];
}

function narrowedBy(noted: Noted, locale: Locale): string {
  const zh = locale === 'zh';
  const parts = [
    noted.cohortTitle && `${zh ? '班级：' : 'cohort: '}${noted.cohortTitle}`, noted.courseTitle && `${zh ? '课程：' : 'course: '}${noted.courseTitle}`, noted.attendanceLow && (zh ? '到课率不足' : 'attendance too low'),
    noted.accuracyLow && (zh ? '正确率不足' : 'accuracy too low'), noted.unsettled && (zh ? '有待处理事项' : 'something unsettled'), noted.searched && `${zh ? '查找：' : 'searched: '}${noted.searched}`,
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(zh ? '；' : '; ') : zh ? '全部' : 'all';
}

/** Lines of the second sheet: a name and what it says. */
export function notesOf(noted: Noted, locale: Locale): [string, string][] {
  const zh = locale === 'zh';
  return [
    [zh ? '机构' : 'Institution', noted.institutionName],
    [zh ? '筛选' : 'Narrowed to', narrowedBy(noted, locale)],
    [zh ? '人次' : 'Rows', String(noted.rows)],
    [zh ? '导出时间' : 'Made at', time(noted.madeAt)],
    [zh ? '数据时间' : 'As of', noted.oldestAsOf ? (zh ? `每行见“数据时间”，最早 ${time(noted.oldestAsOf)}` : `see each row; the oldest ${time(noted.oldestAsOf)}`) : ''],
    ...noted.rulePacks.map(({ name, attendanceLowBelowPercent: attendance, accuracyLowBelowPercent: accuracy }): [string, string] => [
      `${zh ? '规则' : 'Rule pack'} ${name}`, zh ? `到课率低于 ${attendance}% 为不足，正确率低于 ${accuracy}% 为不足` : `attendance below ${attendance} % is too low, accuracy below ${accuracy} % is too low`]),
    [zh ? '到课率' : 'Attendance', zh ? '（直播计入分钟＋回放补学分钟）÷ 应学分钟。因教师或平台中断的时间不算应学；每一刻只计一次。' : 'Minutes credited live and made up, over minutes held. Time lost by the teacher or the platform is not held; each moment counts once.'],
    [zh ? '正确率' : 'Accuracy', zh ? '答对 ÷ 提问，按人计算；提问后没有作答的算没有答对。' : 'Correct over asked, by person; a question that was not answered is not correct.'],
    [zh ? '更正' : 'Corrections', zh ? '更正计入的分钟已包含在“直播计入分钟”里，更正扣除的已经减去；每次更正凭材料、由两人办理，原始记录保留不变。' : 'Minutes credited by a correction are part of those credited live, those taken off are not; each was signed for by two people with a paper, and what was observed stays as it was.'],
    [zh ? '分钟' : 'Minutes', zh ? '保留一位小数，只舍不入。' : 'One decimal, cut and not rounded.'],
    [zh ? '证件号码' : 'ID numbers', zh ? '已隐去部分数字，完整号码不在本文件中。' : 'Masked; full numbers are not in this file.'],
  ];
}
