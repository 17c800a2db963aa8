// The workbook read back: words of both languages, logins as text, marks in words, nothing that a spreadsheet would evaluate.
import ExcelJS, { type Worksheet } from 'exceljs';
import { describe, expect, it } from 'vitest';
import type { LessonQuizzes, LessonReport, ReportRow } from '#contracts/report.ts';
import { reportWorkbook } from './workbook.ts';

const row = (change: Partial<ReportRow>): ReportRow => ({
  personId: '019aa0e4-0000-7000-8000-000000000001', name: '张三', login: '00123456789012345678', joinedAt: '2026-03-02T01:00:00.000Z', leftAt: '2026-03-02T02:30:00.000Z',
  creditedMinutes: 65, madeUpMinutes: 10, togetherMinutes: 75, heldMinutes: 80, correctedMinutes: 0, takenBackMinutes: 0, attendance: 0.937, asked: 2, answered: 2, correct: 2, accuracy: 1, replayMinutes: 12.5,
  checks: { asked: 2, matched: 1, failed: 0, missed: 1, pending: 0 }, checkWay: 'face', attendanceLow: false, accuracyLow: false, inReplay: { asked: 0, answered: 0, correct: 0 }, ...change,
});
const report: LessonReport = {
  lessonId: '019aa0e4-0000-7000-8000-000000000000', title: '第一课', courseTitle: '安全生产', cohortTitle: '一班', institutionName: '示范学院', status: 'ended',
  startsAt: '2026-03-02T01:00:00.000Z', plannedMinutes: 90, startedAt: '2026-03-02T01:00:00.000Z', endedAt: '2026-03-02T02:30:00.000Z', heldMinutes: 80, interruptedMinutes: 10, heldAgain: [], leastHeldMinutes: 45,
  note: null, threshold: 0.8, rulePack: 'default@1', generatedAt: '2026-03-02T03:00:00.000Z',
  rows: [row({ correctedMinutes: 5 }), row({ name: '=HYPERLINK("x")', login: '+1', attendance: 0.562, attendanceLow: true, accuracy: 0.5, accuracyLow: true }), row({ login: '3', inReplay: { asked: 2, answered: 1, correct: 1 }, joinedAt: null, leftAt: null, attendance: 0, attendanceLow: true, accuracy: null })],
};
const quizId = '019aa0e4-0000-7000-8000-000000000002';
const quizzes: LessonQuizzes = {
  questions: [{
    quizId, firstQuizId: quizId, prompt: '=1+1', kind: 'multiple', pictureId: null, accepted: [], knowledgePoint: '=消防', frequent: [], options: ['甲', '乙', '丙'], right: [0, 2], explanation: null, counts: [1, 1, 0], answeredCount: 2, correctCount: 1, askedCount: 3,
    openedAt: '2026-03-02T01:10:00.000Z', closedAt: '2026-03-02T01:11:00.000Z',
  }],
  placed: [{ questionId: quizId, stem: '=2', kind: 'fillIn', knowledgePoint: '', askedCount: 1, answeredCount: 1, correctCount: 0 }],
  learners: [{ personId: quizId, name: '=HYPERLINK("x")', login: '001', answers: [{ mark: 'right', afterCut: true, replay: null }], placed: [{ mark: 'not_asked', afterCut: false, replay: null }] }, { personId: quizId, name: '李四', login: '2', answers: [{ mark: 'none', afterCut: false, replay: null }], placed: [{ mark: 'wrong', afterCut: false, replay: 'counted' }] }],
};
async function sheetOf(locale: 'zh' | 'en', change: Partial<LessonReport> = {}): Promise<Worksheet> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(await reportWorkbook({ ...report, ...change }, quizzes, locale)).buffer);
  return workbook.worksheets[0]!;
}
/** Rows of the table: first the head, then the learners. */
function table(sheet: Worksheet, firstHead: string): unknown[][] {
  const rows: unknown[][] = [];
  sheet.eachRow((line) => {
    const values = Array.from({ length: 23 }, (_, index) => line.getCell(index + 1).value);
    if (values[0] === firstHead || rows.length > 0) rows.push(values);
  });
  return rows;
}

describe('reportWorkbook', () => {
  it('writes Chinese and English', async () => {
    const zh = await sheetOf('zh');
    expect(zh.getCell('A1').value).toBe('课堂报告：第一课');
    expect(table(zh, '账号')[0]!.slice(0, 9)).toEqual(['账号', '姓名', '首次进入', '最后离开', '直播计入分钟', '补学分钟', '合计分钟', '授课分钟', '出勤率']);
    const en = await sheetOf('en');
    expect(en.getCell('A1').value).toBe('Lesson report: 第一课');
    expect(table(en, 'Login')[0]!.slice(0, 2)).toEqual(['Login', 'Name']);
  });

  it('names a unit that is to be held again', async () => {
    const lines = async (change: Partial<LessonReport>): Promise<unknown[]> => {
      const sheet = await sheetOf('zh', change);
      return Array.from({ length: 12 }, (_, index) => sheet.getCell(`B${index + 1}`).value);
    };
    const said = '第 2 课时实际授课 35.0 分钟，不足 45 分钟，需要重新上';
    expect(await lines({ heldAgain: [{ ordinal: 2, heldMinutes: 35 }] })).toContain(said);
    expect(await lines({})).not.toContain(said);
  });

  it('keeps logins as text, times as those of Shanghai, figures as numbers', async () => {
    const sheet = await sheetOf('zh');
    const [, first] = table(sheet, '账号');
    expect(first).toEqual(['00123456789012345678', '张三', '2026-03-02 09:00:00', '2026-03-02 10:30:00', 65, 10, 75, 80, 0.937, 2, 2, 2, 1, 12.5, '人脸', 2, 1, 0, 1, 0, 5, 0, '有更正：凭材料、由两人办理，原始记录保留不变']);
    sheet.eachRow((line) => {
      if (line.getCell(1).value === '00123456789012345678') expect([line.getCell(1).type, line.getCell(1).numFmt, line.getCell(9).numFmt]).toEqual([ExcelJS.ValueType.String, '@', '0.0%']);
    });
  });

  it('marks low rows in words and writes formulas of others as text', async () => {
    const [, , low, absent] = table(await sheetOf('zh'), '账号');
    expect(low!.at(-1)).toBe('出勤率低于 80%；正确率低于 80%');
    expect(low!.slice(0, 2)).toEqual(['+1', '=HYPERLINK("x")']);
    expect(absent!.at(-1)).toBe('未到课；出勤率低于 80%；回放作答：出 2 答 1 对 1');
    expect(absent!.slice(2, 4)).toEqual([null, null]);
  });

  it('says so when a lesson was never started, and prints on landscape pages with its head repeated', async () => {
    const sheet = await sheetOf('en', { note: 'never_started', startedAt: null, endedAt: null, rows: [] });
    const all = sheet.getSheetValues().flat(2).map(String);
    expect(all.some((text) => text.startsWith('This lesson was never started'))).toBe(true);
    expect(all).toContain('No learners');
    expect(sheet.pageSetup).toMatchObject({ orientation: 'landscape', fitToPage: true, fitToWidth: 1 });
    expect(sheet.pageSetup.printTitlesRow).toMatch(/^\d+:\d+$/);
  });

  it('is the same for the same report', async () => {
    expect((await reportWorkbook(report, quizzes, 'zh')).length).toBe((await reportWorkbook(report, quizzes, 'zh')).length);
  });

  it('lists questions and what each learner made of them on a sheet of its own, as text; none where nothing was asked', async () => {
    const read = async (change: LessonQuizzes, locale: 'zh' | 'en' = 'zh'): Promise<unknown[][] | null> => {
      const workbook = new ExcelJS.Workbook();
      await workbook.xlsx.load(new Uint8Array(await reportWorkbook(report, change, locale)).buffer);
      const rows: unknown[][] = [];
      workbook.worksheets[1]?.eachRow((line) => rows.push((line.values as unknown[]).slice(1)));
      return workbook.worksheets[1] ? rows : null;
    };
    expect((await read(quizzes, 'en'))![0]).toEqual(['', 'Question', 'Knowledge point', 'Right answer', 'Asked', 'Answered', 'Correct']);
    expect(await read({ questions: [], placed: [], learners: [] })).toBeNull();
    expect(await read(quizzes)).toEqual([
      ['', '题目', '知识点', '正确答案', '提问', '作答', '答对'], [1, '=1+1', '=消防', '甲；丙', 3, 2, 1], ['', '回放中的题目'], [2, '=2', '', '', 1, 1, 0],
      ['账号', '姓名', '1', '2'], ['001', '=HYPERLINK("x")', '对（断网补交）', '未提问'], ['2', '李四', '未答', '错（回放作答，计入）'],
    ]);
  });
});
