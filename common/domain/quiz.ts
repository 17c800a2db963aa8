// In-class questions: which choices are valid, when an answer is correct, accuracy (R26, R27).

export const questionKinds = ['single', 'multiple', 'trueFalse'] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** Shortest and longest answering time, seconds. */
export const quizSeconds = { min: 5, max: 1800 } as const;
/** An answer sent in time but slowed by the network is taken this long after the deadline, server clock. */
export const answerGraceMs = 1500;

/** Choices are distinct option indexes 0..optionCount-1; one for `single` and `trueFalse`, one or more for `multiple`. */
export function choicesValid(kind: QuestionKind, optionCount: number, choices: readonly number[]): boolean {
  if (choices.length === 0 || new Set(choices).size !== choices.length) return false;
  if (kind !== 'multiple' && choices.length !== 1) return false;
  return choices.every((choice) => Number.isInteger(choice) && choice >= 0 && choice < optionCount);
}

export const sameChoices = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && [...a].sort((x, y) => x - y).every((choice, index) => choice === [...b].sort((x, y) => x - y)[index]);

/** Correct when exactly the right options are chosen. */
export const isCorrect = (right: readonly number[], choices: readonly number[]): boolean => sameChoices(right, choices);

/** Share 0..1 of correct among asked; null when nothing was asked. An unanswered question counts as asked (R27). */
export const accuracy = (asked: number, correct: number): number | null => (asked === 0 ? null : correct / asked);
