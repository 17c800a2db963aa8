// Looks of states, and marks of a film in one list: checks and presence from the server, questions and gaps from the film itself.
import type { InspectedFilm, InspectionMark } from '#contracts/inspection.ts';
import type { FindingState, Severity } from '#domain/inspection/finding.ts';
import type { InspectionState } from '#domain/inspection/inspection.ts';
import type { Mark } from '../replay/mark-layout.ts';

export const stateTones: Record<InspectionState, string> = { sealed: 'tell', drawn: 'tell', handed: 'warn', closed: 'good' };
export const findingTones: Record<FindingState, string> = { open: 'warn', answered: 'tell', returned: 'bad', accepted: 'good', withdrawn: '' };
export const severityTones: Record<Severity, string> = { minor: '', major: 'warn', critical: 'bad' };

export const markKinds = ['check', 'sign_in', 'quiz', 'gap', 'presence'] as const;
export type MarkKind = (typeof markKinds)[number];
export type FilmMark = { kind: MarkKind; atMs: number; label: string; mark: InspectionMark | null };

/** By time; who came on stage is no matter of an inspection. */
export function filmMarks(marks: InspectedFilm['marks'], ofFilm: readonly Mark[]): FilmMark[] {
  const own = marks.map((mark): FilmMark => ({ kind: mark.kind === 'spot' ? 'check' : mark.kind, atMs: mark.atMs, label: '', mark }));
  const others = ofFilm.flatMap(({ kind, atMs, label }): FilmMark[] => (kind === 'stage' ? [] : [{ kind, atMs, label, mark: null }]));
  return [...own, ...others].sort((a, b) => a.atMs - b.atMs);
}
