// Problems of a dossier as people read them: which belong to a field, and by which clause each is asked.
import type { DossierDetail } from '#contracts/course.ts';
import type { DossierField } from '#domain/course/dossier.ts';
import { clauseOf, documents } from '#domain/rules/clauses.ts';
import type { Locale } from '../i18n/i18n.ts';

export type ToldProblem = DossierDetail['problems'][number];

/** Of a field as a whole, or of one row of the plan, from 1. */
export const problemsAt = (problems: readonly ToldProblem[], field: DossierField, row: number | null = null): ToldProblem[] =>
  problems.filter((problem) => problem.field === field && problem.row === row);

/** `秦人社〔2020〕13号 二(二)3`; null where the requirement is not written down here. */
export function clauseWord(requirement: string, locale: Locale): string | null {
  const clause = clauseOf(requirement);
  return clause && `${documents[clause.document][locale]} ${clause.clause}`;
}

/** Where one gets to from the summary: the field, or the row of the plan. */
export const anchorOf = ({ field, row }: Pick<ToldProblem, 'field' | 'row'>): string => (row === null ? `dossier-${field}` : `dossier-row-${row}`);
/** Goes there and puts the cursor into its first field. */
export function jumpTo(problem: Pick<ToldProblem, 'field' | 'row'>): void {
  const place = document.getElementById(anchorOf(problem));
  place?.scrollIntoView({ block: 'start' });
  place?.querySelector<HTMLElement>('input, textarea, select, a, button')?.focus({ preventScroll: true });
}
