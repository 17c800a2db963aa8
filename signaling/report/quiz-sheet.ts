// The workbook's sheet of questions: each with its figures, then each learner with what they made of it.
import type { Row, Workbook } from 'exceljs';
import type { LearnerAnswers, LessonQuizzes } from '#contracts/report.ts';
import type { AnswerMark } from '#domain/quiz.ts';
import type { Locale } from './workbook-words.ts';

const words = {
  sheet: { zh: '答题明细', en: 'Questions' },
  question: { zh: '题目', en: 'Question' }, point: { zh: '知识点', en: 'Knowledge point' }, right: { zh: '正确答案', en: 'Right answer' }, asked: { zh: '提问', en: 'Asked' }, answered: { zh: '作答', en: 'Answered' },
  correct: { zh: '答对', en: 'Correct' }, login: { zh: '账号', en: 'Login' }, name: { zh: '姓名', en: 'Name' },
  late: { zh: '（断网补交）', en: ' (late after a cut)' },
  placed: { zh: '回放中的题目', en: 'Questions in the replay' },
} as const;
const replays: Record<'counted' | 'practice', Record<Locale, string>> = {
  counted: { zh: '（回放作答，计入）', en: ' (in the replay, counted)' }, practice: { zh: '（回放练习，不计入）', en: ' (in the replay, practice)' },
};
const marks: Record<AnswerMark, Record<Locale, string>> = {
  right: { zh: '对', en: 'right' }, wrong: { zh: '错', en: 'wrong' }, none: { zh: '未答', en: 'no answer' }, not_asked: { zh: '未提问', en: 'not asked' },
};

const markIn = (locale: Locale) => ({ mark, afterCut, replay }: LearnerAnswers['answers'][number]): string =>
  marks[mark][locale] + (afterCut ? words.late[locale] : '') + (replay ? replays[replay][locale] : '');

/** Nothing where nothing was asked. Everything is written as text: nothing that is typed in class is ever a formula. */
export function addQuizSheet(workbook: Workbook, { questions, placed, learners }: LessonQuizzes, locale: Locale): void {
  if (questions.length + placed.length === 0) return;
  const sheet = workbook.addWorksheet(words.sheet[locale], { pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 } });
  const head = (cells: string[]): void => { sheet.addRow(cells).font = { bold: true }; };
  head(['', words.question[locale], words.point[locale], words.right[locale], words.asked[locale], words.answered[locale], words.correct[locale]]);
  const asText = (row: Row): void => { for (const column of [2, 3, 4]) row.getCell(column).numFmt = '@'; };
  const between = locale === 'zh' ? '；' : '; ';
  questions.forEach(({ kind, prompt, knowledgePoint, options, right, accepted, askedCount, answeredCount, correctCount }, index) => {
    const rightWords = kind === 'fillIn' ? accepted.join(between) : right.map((one) => options[one]).join(kind === 'ordering' ? ' → ' : between);
    asText(sheet.addRow([index + 1, prompt, knowledgePoint, rightWords, askedCount, answeredCount, correctCount]));
  });
  if (placed.length > 0) head(['', words.placed[locale]]);
  placed.forEach(({ stem, knowledgePoint, askedCount, answeredCount, correctCount }, index) => {
    asText(sheet.addRow([questions.length + index + 1, stem, knowledgePoint, '', askedCount, answeredCount, correctCount]));
  });
  sheet.addRow([]);
  head([words.login[locale], words.name[locale], ...[...questions, ...placed].map((_one, index) => String(index + 1))]);
  for (const { login, name, answers, placed: own } of learners) {
    sheet.addRow([login, name, ...[...answers, ...own].map(markIn(locale))]).eachCell((cell) => { cell.numFmt = '@'; });
  }
  [18, 40, 20, 24].forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
}
