// The bank of a course: what makes a question sound, and when an answer to it is right (R26, R43, R140).
import { choicesValid, isCorrect, questionKinds, sameChoices } from './quiz.ts';
import { isKeepable, keepableOnly } from './text.ts';

/** Kinds a class can be asked live, and two that are written or put in order. */
export const bankKinds = [...questionKinds, 'fillIn', 'ordering'] as const;
export type BankKind = (typeof bankKinds)[number];

/** Lengths in characters, numbers of texts. */
export const questionLimits = {
  stem: 1000, option: 300, leastOptions: 2, mostOptions: 10, accepted: 200, mostAccepted: 20, knowledgePoint: 100, explanation: 2000, leastDifficulty: 1, mostDifficulty: 5,
} as const;
export const usualDifficulty = 3;

export interface QuestionContent {
  kind: BankKind;
  stem: string;
  /** 2 to 10 texts; for `trueFalse` exactly two, true first; none for `fillIn`. */
  options: readonly string[];
  /** Indexes of `options`: the right ones, or for `ordering` all of them in the right order; none for `fillIn`. */
  right: readonly number[];
  /** Spellings taken for right, `fillIn` only. */
  accepted: readonly string[];
  knowledgePoint: string;
  /** 1 (easy) to 5 (hard). */
  difficulty: number;
  explanation: string;
}

export const questionProblems = [
  'stem_missing', 'stem_too_long', 'options_too_few', 'options_too_many', 'option_empty', 'option_too_long', 'options_same', 'options_not_wanted',
  'right_missing', 'right_invalid', 'accepted_too_many', 'accepted_too_long', 'point_too_long', 'difficulty_invalid', 'explanation_too_long',
] as const;
export type QuestionProblem = (typeof questionProblems)[number];

/** What somebody answers: indexes of options (for `ordering` in the order chosen), or what was typed. */
export type QuestionAnswer = { choices: readonly number[] } | { text: string };

/** An answer as it is stored; null where there is none. */
export const answerOf = (choices: readonly number[] | null, text: string | null): QuestionAnswer | null => (text !== null ? { text } : choices ? { choices } : null);

/** Full-width signs (！ to ～ and the wide space) as their half-width ones; signs that look alike but mean another thing, such as ² and 2, stay apart. */
const halfWidth = (text: string): string =>
  text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, ' ');

/** The same for all spellings that differ in width, case or outer spaces only. */
export const plainSpelling = (text: string): string => halfWidth(text.normalize('NFC')).toLowerCase().normalize('NFC').trim();

const blank = (text: string): boolean => plainSpelling(text) === '';
const allDifferent = (texts: readonly string[]): boolean => new Set(texts.map(plainSpelling)).size === texts.length;

/** Every option named once. */
export const isOrderOf = (optionCount: number, order: readonly number[]): boolean =>
  order.length === optionCount && new Set(order).size === optionCount && order.every((index) => Number.isInteger(index) && index >= 0 && index < optionCount);

function optionProblems({ kind, options }: QuestionContent): QuestionProblem[] {
  if (kind === 'fillIn') return options.length > 0 ? ['options_not_wanted'] : [];
  const found: QuestionProblem[] = [];
  if (options.length < questionLimits.leastOptions) found.push('options_too_few');
  if (options.length > (kind === 'trueFalse' ? 2 : questionLimits.mostOptions)) found.push('options_too_many');
  if (options.some(blank)) found.push('option_empty');
  if (options.some((option) => option.length > questionLimits.option)) found.push('option_too_long');
  if (!options.some(blank) && !allDifferent(options)) found.push('options_same');
  return found;
}

function rightProblems({ kind, options, right, accepted }: QuestionContent): QuestionProblem[] {
  if (kind !== 'fillIn') {
    if (right.length === 0) return ['right_missing'];
    const fits = kind === 'ordering' ? isOrderOf(options.length, right) : choicesValid(kind, options.length, right);
    return fits && accepted.length === 0 ? [] : ['right_invalid'];
  }
  const found: QuestionProblem[] = [];
  if (accepted.length === 0 || accepted.some(blank)) found.push('right_missing');
  if (right.length > 0) found.push('right_invalid');
  if (accepted.length > questionLimits.mostAccepted) found.push('accepted_too_many');
  if (accepted.some((text) => text.length > questionLimits.accepted)) found.push('accepted_too_long');
  return found;
}

/** Everything that keeps a draft from being a question; empty where it is sound. */
export function problemsOf(content: QuestionContent): QuestionProblem[] {
  const { stem, knowledgePoint, difficulty, explanation } = content;
  const found: QuestionProblem[] = [];
  if (blank(stem)) found.push('stem_missing');
  if (stem.length > questionLimits.stem) found.push('stem_too_long');
  found.push(...optionProblems(content), ...rightProblems(content));
  if (knowledgePoint.length > questionLimits.knowledgePoint) found.push('point_too_long');
  if (!Number.isInteger(difficulty) || difficulty < questionLimits.leastDifficulty || difficulty > questionLimits.mostDifficulty) found.push('difficulty_invalid');
  if (explanation.length > questionLimits.explanation) found.push('explanation_too_long');
  return found;
}

/** As it is stored: outer spaces gone, the same spelling twice once; what is to be ordered stands in the right order, and whoever asks mixes it (`shownOrder`). */
export function tidied(content: QuestionContent): QuestionContent {
  const ordered = content.kind === 'ordering' && isOrderOf(content.options.length, content.right);
  const accepted = content.accepted.map((text) => text.trim()).filter((text, index, all) => all.findIndex((other) => plainSpelling(other) === plainSpelling(text)) === index);
  return {
    ...content, stem: content.stem.trim(), options: (ordered ? content.right.map((index) => content.options[index]!) : content.options).map((option) => option.trim()), accepted,
    right: [...content.right].sort((a, b) => a - b),
    knowledgePoint: content.knowledgePoint.trim(), explanation: content.explanation.trim(),
  };
}

type Asked = Pick<QuestionContent, 'kind' | 'options' | 'right' | 'accepted'>;

const control = /\p{Cc}/u;
/** Whether somebody can have typed it into a gap: no sign nothing can keep, and between words none no keyboard types (tabs, ends of lines). */
export const isTyped = (text: string): boolean => isKeepable(text) && !control.test(text.trim());
/** The same where something was pasted: what cannot be kept is gone, any other control sign is a space. */
export const asTyped = (text: string): string => (isTyped(text) ? text : keepableOnly(text).replace(new RegExp(control, 'gu'), ' '));

/** Whether this can be an answer to it at all. */
export function answerFits({ kind, options }: Pick<QuestionContent, 'kind' | 'options'>, answer: QuestionAnswer): boolean {
  if (kind === 'fillIn') return 'text' in answer && isTyped(answer.text) && !blank(answer.text) && answer.text.length <= questionLimits.accepted;
  if (!('choices' in answer)) return false;
  return kind === 'ordering' ? isOrderOf(options.length, answer.choices) : choicesValid(kind, options.length, answer.choices);
}

/** What does not fit is wrong, and so is everything where nothing is right. Ordering is right in full or not at all. */
export function isRight(question: Asked, answer: QuestionAnswer): boolean {
  if (!answerFits(question, answer)) return false;
  if ('text' in answer) return question.accepted.some((text) => plainSpelling(text) === plainSpelling(answer.text));
  return question.kind === 'ordering' ? question.right.length === answer.choices.length && question.right.every((index, at) => answer.choices[at] === index) : isCorrect(question.right, answer.choices);
}

/** Whether a second answer says the same as the first: a retry. */
export function sameAnswer(kind: BankKind, one: QuestionAnswer, other: QuestionAnswer): boolean {
  if ('text' in one) return 'text' in other && plainSpelling(one.text) === plainSpelling(other.text);
  if ('text' in other) return false;
  return kind === 'ordering' ? one.choices.length === other.choices.length && one.choices.every((index, at) => other.choices[at] === index) : sameChoices(one.choices, other.choices);
}

/** The same for questions that ask the same with the same options and answer, whatever their width, case and explanation: what makes a second one a double. */
export const sameQuestionKey = ({ kind, stem, options, right, accepted }: Asked & { stem: string }): string =>
  JSON.stringify([kind, plainSpelling(stem), options.map(plainSpelling), right, accepted.map(plainSpelling).sort()]);

/** In which order options are shown where the order is what is asked: drawn from `seed` (any whole number), the same for the same seed, never as they stand from two on. */
export function shownOrder(count: number, seed: number): number[] {
  const order = [...Array(count).keys()];
  let state = seed >>> 0;
  for (let at = count - 1; at > 0; at--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order.every((index, at) => index === at) ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

/** Letters of options as people write them: A to J. */
export const optionLetter = (index: number): string => String.fromCharCode(65 + index);

/** Seconds to answer one question of a set, and how many a set holds. */
export const setLimits = { name: 80, leastSeconds: 5, mostSeconds: 1800, mostQuestions: 100 } as const;
