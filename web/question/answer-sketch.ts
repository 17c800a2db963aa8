// An answer in the making: what a tap on an option does to it, for every kind that has options.
import type { BankKind, QuestionAnswer } from '#domain/question.ts';

export const chosenIn = (answer: QuestionAnswer | null): readonly number[] => (answer && 'choices' in answer ? answer.choices : []);

/** One replaces the other; several are marked and unmarked; an order grows at its end, and a second tap takes that one out again. Null where nothing is left. */
export function tapped(kind: BankKind, answer: QuestionAnswer | null, index: number): QuestionAnswer | null {
  const before = chosenIn(answer);
  if (kind !== 'multiple' && kind !== 'ordering') return { choices: [index] };
  const choices = before.includes(index) ? before.filter((one) => one !== index) : [...before, index];
  if (choices.length === 0) return null;
  return { choices: kind === 'multiple' ? choices.sort((a, b) => a - b) : choices };
}
