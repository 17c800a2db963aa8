// A question in the making: every change keeps it sound, and a teacher in a hurry may leave the words out.
import type { QuestionDraft } from '#contracts/quiz.ts';
import { choicesValid, quizSeconds, type QuestionKind } from '#domain/quiz.ts';

export interface Sketch { kind: QuestionKind; prompt: string; options: string[]; right: number[]; seconds: number; explanation: string }
export interface BlankWords { prompt: string; true: string; false: string }

export const optionLimit = 10;
export const usualSeconds = [15, 30, 60, 120, 300] as const;
export const freshSketch = (kind: QuestionKind = 'single', seconds = 60): Sketch =>
  ({ kind, prompt: '', options: kind === 'trueFalse' ? ['', ''] : ['', '', '', ''], right: [], seconds, explanation: '' });

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
    ...(sketch.explanation.trim() && { explanation: sketch.explanation.trim() }),
  };
}

/** Options that are not written out end at F: beyond that it is a word, as the AI of `What is AI`. */
const unwritten = 6;
const promptLimit = 1000;
const optionTextLimit = 300;
const letterAnswer = /(?:^|[^A-Za-z0-9])([A-Ja-j]{1,10})$/;
const wordAnswer = /(?:^|[\s=:,;.?!，。？！；：、])(对|错|√|×|true|false)$/i;
const asTrue: readonly string[] = ['对', '√', 'true'];

/** Up to the answer, without what stands between. */
const before = (line: string, answer: string): string => line.slice(0, line.length - answer.length).replace(/[\s=:：]+$/, '');

/** `prompt / option / option`, each as long as the contract takes. */
function worded(text: string): { prompt: string; options: string[] } {
  const [prompt = '', ...options] = text.split(/[/／]/).map((part) => part.trim());
  return { prompt: prompt.slice(0, promptLimit), options: options.slice(0, optionLimit).map((option) => option.slice(0, optionTextLimit)) };
}

/**
 * A whole question typed in one line, the right answer at its end: `… B`, `… AC`, `… 对`, `… true`, or the answer alone where the question is asked aloud. Options may be written out between
 * slashes: `Which colour? / red / green / yellow C`. Null where no answer stands at the end, or one that is no option.
 */
export function sketchOfLine(line: string, seconds = 60): Sketch | null {
  const text = line.trim().replace(/[Ａ-Ｚａ-ｚ]/g, (letterWide) => letterWide.normalize('NFKC'));
  const word = wordAnswer.exec(text)?.[1];
  const spoken = word && worded(before(text, word));
  if (spoken && spoken.options.length === 0) {
    return { ...freshSketch('trueFalse', seconds), prompt: spoken.prompt, right: [asTrue.includes(word.toLowerCase()) ? 0 : 1] };
  }
  const letters = letterAnswer.exec(text)?.[1];
  if (!letters) return null;
  const right = [...new Set([...letters.toUpperCase()].map((one) => one.charCodeAt(0) - 65))].sort((a, b) => a - b);
  const { prompt, options } = worded(before(text, letters));
  const last = right.at(-1)!;
  const count = options.length > 0 ? options.length : Math.max(4, last + 1);
  if (count < 2 || last >= count || (options.length === 0 && last >= unwritten)) return null;
  const fill = (index: number): string => options[index] ?? '';
  return { ...freshSketch(right.length > 1 ? 'multiple' : 'single', seconds), prompt, options: Array.from({ length: count }, (_one, index) => fill(index)), right };
}
