// Whom a regulator is shown as below what is asked: under the pack's limit of attendance or accuracy, or with checks that failed or were missed (R25, R27).

export const belowWhats = ['attendance', 'checks', 'accuracy'] as const;
export type BelowWhat = (typeof belowWhats)[number];
/** Learners of a page. */
export const belowPage = 50;
