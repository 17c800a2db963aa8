// A question in the making: every change keeps it sound, and a teacher in a hurry may leave the words out.
import type { QuestionDraft } from '#contracts/quiz.ts';
import { choicesValid, quizSeconds, type QuestionKind } from '#domain/quiz.ts';

export interface Sketch { kind: QuestionKind; prompt: string; options: string[]; right: number[]; seconds: number }
export interface BlankWords { prompt: string; true: string; false: string }

export const optionLimit = 10;
export const usualSeconds = [15, 30, 60, 120, 300] as const;
export const freshSketch = (kind: QuestionKind = 'single', seconds = 60): Sketch =>
  ({ kind, prompt: '', options: kind === 'trueFalse' ? ['', ''] : ['', '', '', ''], right: [], seconds });

export const letter = (index: number): string => String.fromCharCode(65 + index);

/** Another kind keeps the words; true or false has two fixed options. */
export function ofKind(sketch: Sketch, kind: QuestionKind): Sketch {
  if (kind === sketch.kind) return sketch;
  const options = kind === 'trueFalse' ? ['', ''] : sketch.kind === 'trueFalse' ? ['', '', '', ''] : sketch.options;
  const right = kind === 'trueFalse' || sketch.kind === 'trueFalse' ? [] : kind === 'single' ? sketch.right.slice(0, 1) : sketch.right;
  return { ...sketch, kind, options, right };
}

export function withRight(sketch: Sketch, index: number): Sketch {
  if (index < 0 || index >= sketch.options.length) return sketch;
  if (sketch.kind !== 'multiple') return { ...sketch, right: [index] };
  const right = sketch.right.includes(index) ? sketch.right.filter((one) => one !== index) : [...sketch.right, index].sort((a, b) => a - b);
  return { ...sketch, right };
}

export const withOption = (sketch: Sketch, index: number, text: string): Sketch =>
  ({ ...sketch, options: sketch.options.map((old, at) => (at === index ? text : old)) });

export const oneMore = (sketch: Sketch): Sketch =>
  (sketch.kind === 'trueFalse' || sketch.options.length >= optionLimit ? sketch : { ...sketch, options: [...sketch.options, ''] });

/** Without one option; the marks of right answers move along. */
export function without(sketch: Sketch, index: number): Sketch {
  if (sketch.kind === 'trueFalse' || sketch.options.length <= 2) return sketch;
  const right = sketch.right.filter((one) => one !== index).map((one) => (one > index ? one - 1 : one));
  return { ...sketch, options: sketch.options.filter((_, at) => at !== index), right };
}

/** What is sent; null while no right answer is marked. Empty options are called by their letter. */
export function draftOf(sketch: Sketch, words: BlankWords): QuestionDraft | null {
  if (!choicesValid(sketch.kind, sketch.options.length, sketch.right)) return null;
  const blank = (index: number): string => (sketch.kind === 'trueFalse' ? (index === 0 ? words.true : words.false) : letter(index));
  return {
    kind: sketch.kind, prompt: sketch.prompt.trim() || words.prompt, right: sketch.right,
    options: sketch.options.map((text, index) => text.trim() || blank(index)),
    seconds: Math.round(Math.min(quizSeconds.max, Math.max(quizSeconds.min, sketch.seconds))),
  };
}
