// An exam while it is being made: what stands in the fields, what is wrong with it, and the body that is sent.
import type { ExamBody, ExamDetail, ExamFollows, FreeTextTask } from '#contracts/exam.ts';
import { shanghaiInstant } from '#domain/day.ts';
import { examLimits, usualExam } from '#domain/exam.ts';
import type { BankKind } from '#domain/question.ts';
import { clockTime, dayKey } from '../format.ts';

/** A number field that may be empty for a moment. */
export type Typed = number | '';
/** `knowledgePoint` empty: any. */
export interface PartRow { courseId: string; kinds: BankKind[]; knowledgePoint: string; leastDifficulty: number; mostDifficulty: number; count: Typed; pointsEach: Typed }
export interface FixedRow { questionId: string; kind: BankKind; stem: string; retired: boolean; points: Typed }
export interface TaskRow { taskId: string; prompt: string; guidance: string; points: Typed }
export interface ExamSketch {
  title: string; instructions: string; cohortIds: string[]; parts: PartRow[]; fixed: FixedRow[]; freeText: TaskRow[];
  /** `2026-11-21` and `09:30`, in Shanghai. */
  opensDay: string; opensTime: string; closesDay: string; closesTime: string;
  durationMinutes: Typed; passPercent: Typed; attempts: Typed; waitMinutes: Typed; shuffleQuestions: boolean; shuffleOptions: boolean; showRight: boolean;
}
export const sketchFields = ['title', 'cohorts', 'parts', 'fixed', 'freeText', 'opens', 'closes', 'duration', 'pass', 'attempts', 'wait'] as const;
export type SketchField = (typeof sketchFields)[number];
export type Wrong = Partial<Record<SketchField, true>>;

const dayMs = 86_400_000;
const hourMs = 3_600_000;

export function sketchOf(detail: ExamDetail): ExamSketch {
  const { title, instructions, cohortIds, durationMinutes, passPercent, attempts, waitMinutes, shuffleQuestions, shuffleOptions, showRight } = detail;
  return {
    title, instructions, cohortIds: [...cohortIds], durationMinutes, passPercent, attempts, waitMinutes, shuffleQuestions, shuffleOptions, showRight,
    parts: detail.parts.map((part) => ({ ...part, kinds: [...part.kinds], knowledgePoint: part.knowledgePoint ?? '' })),
    fixed: detail.fixed.map(({ questionId, points }) => ({ questionId, points, ...(detail.fixedQuestions.find((one) => one.questionId === questionId) ?? { kind: 'single', stem: '', retired: true }) })),
    freeText: detail.freeText.map((task) => ({ ...task })),
    opensDay: dayKey(detail.opensAt), opensTime: clockTime(detail.opensAt, 'zh'), closesDay: dayKey(detail.closesAt), closesTime: clockTime(detail.closesAt, 'zh'),
  };
}

/** The first draft of a new exam: opens at the next full hour, for a week. */
export function freshBody(title: string, follows: ExamFollows, cohortIds: readonly string[], nowMs: number): ExamBody {
  const opensMs = Math.ceil((nowMs + hourMs / 2) / hourMs) * hourMs;
  return {
    title: title.trim(), instructions: '', follows, cohortIds: [...cohortIds], parts: [], fixed: [], freeText: [],
    opensAt: new Date(opensMs).toISOString(), closesAt: new Date(opensMs + 7 * dayMs).toISOString(), ...usualExam, shuffleQuestions: true, shuffleOptions: true, showRight: true,
  };
}
export const freshPart = (courseId: string): PartRow => ({ courseId, kinds: [], knowledgePoint: '', leastDifficulty: 1, mostDifficulty: 5, count: 10, pointsEach: 2 });

const within = (value: Typed, least: number, most: number): value is number => typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const pointsOk = (value: Typed): value is number => within(value, 1, examLimits.mostPoints);
const partOk = ({ count, pointsEach, leastDifficulty, mostDifficulty }: PartRow): boolean => within(count, 1, examLimits.mostQuestions) && pointsOk(pointsEach) && leastDifficulty <= mostDifficulty;

function wrongOf(sketch: ExamSketch, opensMs: number | null, closesMs: number | null): Wrong {
  const wrong: Wrong = {};
  const check = (field: SketchField, ok: boolean): void => { if (!ok) wrong[field] = true; };
  check('title', sketch.title.trim() !== '');
  check('cohorts', sketch.cohortIds.length > 0);
  check('parts', sketch.parts.every(partOk));
  check('fixed', sketch.fixed.every(({ points }) => pointsOk(points)));
  check('freeText', sketch.freeText.every(({ prompt, points }) => prompt.trim() !== '' && pointsOk(points)));
  check('opens', opensMs !== null);
  check('closes', closesMs !== null && (opensMs === null || (closesMs > opensMs && closesMs - opensMs <= examLimits.mostWindowDays * dayMs)));
  check('duration', within(sketch.durationMinutes, examLimits.leastMinutes, examLimits.mostMinutes));
  check('pass', within(sketch.passPercent, 1, 100));
  check('attempts', within(sketch.attempts, 1, examLimits.mostAttempts));
  check('wait', within(sketch.waitMinutes, 0, examLimits.mostWaitMinutes));
  return wrong;
}

/** The body, or which fields keep it from being one. */
export function readSketch(sketch: ExamSketch, follows: ExamFollows): { body: ExamBody; wrong: Wrong } | { body: null; wrong: Wrong } {
  const opens = shanghaiInstant(sketch.opensDay, sketch.opensTime);
  const closes = shanghaiInstant(sketch.closesDay, sketch.closesTime);
  const wrong = wrongOf(sketch, opens?.getTime() ?? null, closes?.getTime() ?? null);
  if (Object.keys(wrong).length > 0 || !opens || !closes) return { body: null, wrong };
  const { instructions, cohortIds, durationMinutes, passPercent, attempts, waitMinutes, shuffleQuestions, shuffleOptions, showRight } = sketch;
  return {
    wrong,
    body: {
      title: sketch.title.trim(), instructions: instructions.trim(), follows, cohortIds: [...cohortIds], shuffleQuestions, shuffleOptions, showRight,
      parts: sketch.parts.map((part) => ({ ...part, kinds: [...part.kinds], knowledgePoint: part.knowledgePoint || null, count: Number(part.count), pointsEach: Number(part.pointsEach) })),
      fixed: sketch.fixed.map(({ questionId, points }) => ({ questionId, points: Number(points) })),
      freeText: sketch.freeText.map((task): FreeTextTask => ({ ...task, prompt: task.prompt.trim(), guidance: task.guidance.trim(), points: Number(task.points) })),
      opensAt: opens.toISOString(), closesAt: closes.toISOString(),
      durationMinutes: Number(durationMinutes), passPercent: Number(passPercent), attempts: Number(attempts), waitMinutes: Number(waitMinutes),
    },
  };
}

/** Questions and points of a paper, as they stand in the fields. */
export function sumOf({ parts, fixed, freeText }: Pick<ExamSketch, 'parts' | 'fixed' | 'freeText'>): { questions: number; points: number } {
  const drawn = parts.map(({ count, pointsEach }) => ({ n: Number(count), points: Number(count) * Number(pointsEach) }));
  const single = [...fixed, ...freeText].map(({ points }) => ({ n: 1, points: Number(points) }));
  return [...drawn, ...single].reduce((sum, { n, points }) => ({ questions: sum.questions + n, points: sum.points + points }), { questions: 0, points: 0 });
}
