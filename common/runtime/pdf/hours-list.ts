// The full list of a learner's hours (全部学时统计清单) as a printed table: every lesson and unit, the sum, the rules, and places to sign; from what page and API tell (R65).
import type { LearnerLedger, LedgerLesson, LedgerRow } from '#contracts/ledger.ts';
import { percentText } from '#domain/attendance.ts';
import { shanghaiDay, shanghaiTime } from '#domain/day.ts';
import { examWords, listWords as words, paperWords, type Locale } from './ledger-words.ts';
import type { TableCell, TableHead, TablePiece, TableRow } from './table-pdf.ts';

export const plain = (...lines: readonly string[]): TableCell => ({ lines });
export const judged = (bad: boolean, ...lines: readonly string[]): TableCell => ({ lines, bad });
/** One decimal always, so that columns stand beneath each other. */
export const minutesText = (value: number): string => value.toFixed(1);
export const shareText = (value: number | null): string => (value === null ? '—' : percentText(value));
const day = (at: string): string => shanghaiDay(new Date(at));
const clock = (at: string): string => shanghaiTime(new Date(at)).slice(11);

export function examText({ examState, examsPassed, exams, examShare }: Pick<LedgerRow, 'examState' | 'examsPassed' | 'exams' | 'examShare'>, locale: Locale): string[] {
  if (!examState) return [words.noExam[locale]];
  return [`${examsPassed}/${exams} ${examWords[examState][locale]}`, ...(examShare === null ? [] : [percentText(examShare)])];
}

/** `made`: when the file is made. */
export function hoursHead(locale: Locale, { footer, made }: { footer: string; made: Date }): TableHead {
  const column = (key: 'lesson' | 'held' | 'live' | 'madeUp' | 'attendance' | 'checks' | 'answers' | 'accuracy', width: number) => ({ heading: words[key][locale], width, align: key === 'lesson' ? 'left' as const : 'right' as const });
  return {
    title: words.title[locale], day: shanghaiDay(made), across: false, pageWord: paperWords.page[locale], footer,
    columns: [column('lesson', 34), column('held', 9.5), column('live', 10), column('madeUp', 10), column('attendance', 9.5), column('checks', 9.5), column('answers', 9), column('accuracy', 8.5)],
  };
}

function stay({ joinedAt, leftAt, offlineMinutes, correctedMinutes: more, takenBackMinutes: less, unsettled }: LedgerLesson, locale: Locale): string {
  const parts = [joinedAt ? `${clock(joinedAt)}–${leftAt ? clock(leftAt) : ''}` : words.notCame[locale]];
  if (offlineMinutes > 0) parts.push(words.atPlace[locale].replace('{n}', minutesText(offlineMinutes)));
  if (more + less > 0) parts.push(words.corrected[locale].replace('{more}', minutesText(more)).replace('{less}', minutesText(less)));
  if (unsettled > 0) parts.push(words.unsettled[locale].replace('{n}', String(unsettled)));
  return parts.join(' · ');
}

function rowsOf(lesson: LedgerLesson, locale: Locale): TableRow[] {
  const { title, startsAt, teachers, heldMinutes, creditedMinutes, madeUpMinutes, attendance, attendanceLow, checks, asked, correct, accuracy, accuracyLow, units } = lesson;
  const minutes = (one: { heldMinutes: number; creditedMinutes: number; madeUpMinutes: number }): TableCell[] => [one.heldMinutes, one.creditedMinutes, one.madeUpMinutes].map((value) => plain(minutesText(value)));
  const own: TableRow = {
    look: 'plain', cells: [
      plain(title, `${day(startsAt)} ${clock(startsAt)}${teachers.length > 0 ? ` · ${teachers.join(locale === 'zh' ? '、' : ', ')}` : ''}`, stay(lesson, locale)), ...minutes({ heldMinutes, creditedMinutes, madeUpMinutes }), judged(attendanceLow, shareText(attendance)),
      plain(`${checks.matched}/${checks.asked}`), plain(`${correct}/${asked}`), judged(accuracyLow, shareText(accuracy)),
    ],
  };
  if (units.length < 2) return [own];
  return [own, ...units.map((unit): TableRow => ({ look: 'sub', cells: [plain(`${words.unit[locale].replace('{n}', String(unit.ordinal))} ${clock(unit.startedAt)}`), ...minutes(unit), plain(shareText(unit.attendance)), plain(), plain(), plain()] }))];
}

function sumOf(learner: LedgerRow, locale: Locale): TableRow {
  const { heldMinutes, creditedMinutes, madeUpMinutes, attendance, attendanceLow, checks, correct, asked, accuracy, accuracyLow } = learner;
  return {
    look: 'sum', cells: [
      plain(words.sum[locale]), ...[heldMinutes, creditedMinutes, madeUpMinutes].map((value) => plain(minutesText(value))), judged(attendanceLow, shareText(attendance)), plain(`${checks.matched}/${checks.asked}`), plain(`${correct}/${asked}`), judged(accuracyLow, shareText(accuracy)),
    ],
  };
}

/** On pages of its own. `evidence`: the newest head of the evidence log, as it is printed (docs/evidence.md); null before there is one. */
export function hoursPieces({ institutionName, learner, lessons, attendanceLowBelowPercent, accuracyLowBelowPercent, generatedAt }: LearnerLedger, locale: Locale, evidence: string | null): TablePiece[] {
  const fact = (key: 'learner' | 'number' | 'phone' | 'institution' | 'course' | 'cohort' | 'enrolled' | 'left' | 'exams' | 'certificate', value: string): [string, string] => [words[key][locale], value];
  const facts = [
    fact('learner', learner.name), fact('number', learner.numberMask ?? paperWords.noIdentity[locale]), fact('phone', learner.phoneMask ?? '—'), fact('institution', institutionName), fact('course', learner.courseTitle), fact('cohort', learner.cohortTitle),
    fact('enrolled', day(learner.enrolledAt)), ...(learner.endedAt ? [fact('left', day(learner.endedAt))] : []), fact('exams', examText(learner, locale).join(' · ')), fact('certificate', learner.certificate ?? words.noCertificate[locale]),
  ];
  const rules = words.rules[locale].replace('{pack}', learner.rulePack).replace('{attendance}', String(attendanceLowBelowPercent)).replace('{accuracy}', String(accuracyLowBelowPercent));
  const asOf = words.asOf[locale].replace('{at}', shanghaiTime(new Date(learner.asOf))).replace('{now}', shanghaiTime(new Date(generatedAt)));
  return [
    { section: { title: words.title[locale], facts } },
    ...(lessons.length > 0 ? [{ rows: [...lessons.flatMap((lesson) => rowsOf(lesson, locale)), sumOf(learner, locale)] }] : []),
    { closing: { paragraphs: [...(lessons.length > 0 ? [] : [words.none[locale]]), rules, asOf, ...(evidence ? [words.evidence[locale].replace('{head}', evidence)] : [])], signs: [words.seal[locale], words.sign[locale]] } },
  ];
}
