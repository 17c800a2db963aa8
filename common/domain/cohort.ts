// Cohorts: under which programme they are taught, which is what subsidies and hours are sorted by (R149).

/**
 * `enterprise_staff` 企业职工培训, `new_apprenticeship` 企业新型学徒制, `project` 项目制培训, `entrepreneurship` 创业培训, `key_groups` 就业重点群体培训, `other` 其他.
 */
export const programmes = ['enterprise_staff', 'new_apprenticeship', 'project', 'entrepreneurship', 'key_groups', 'other'] as const;
export type Programme = (typeof programmes)[number];
export const cohortTitleLongest = 80;
/** As it is kept and compared: nothing around, one space between. */
export const plainTitle = (title: string): string => title.normalize('NFKC').trim().replaceAll(/\s+/g, ' ');

/**
 * Of opening a cohort: being written, handed in, approved by the institution, opened; returned with reasons, taken back, over. Lessons are held in `opened` alone.
 * Cohorts from before openings were asked for are `opened`.
 */
export const openingStates = ['draft', 'submitted', 'approved', 'opened', 'returned', 'withdrawn', 'closed'] as const;
export type OpeningState = (typeof openingStates)[number];
export const openingMoves = ['submit', 'withdraw', 'approve', 'return', 'open', 'close'] as const;
export type OpeningMove = (typeof openingMoves)[number];
/** Whose move it is: of the institution's office, or of the authority, which is a regulator of the institution. */
export type OpeningParty = 'office' | 'authority';

interface Step { from: readonly OpeningState[]; by: OpeningParty; to: OpeningState }
const steps: Record<OpeningMove, readonly Step[]> = {
  submit: [{ from: ['draft', 'returned', 'withdrawn'], by: 'office', to: 'submitted' }],
  withdraw: [{ from: ['submitted', 'approved'], by: 'office', to: 'withdrawn' }],
  approve: [{ from: ['submitted'], by: 'office', to: 'approved' }],
  return: [{ from: ['submitted'], by: 'office', to: 'returned' }, { from: ['approved'], by: 'authority', to: 'returned' }],
  open: [{ from: ['approved'], by: 'authority', to: 'opened' }],
  close: [{ from: ['opened'], by: 'office', to: 'closed' }],
};
/** Moves that go only with a reason. */
export const reasonedMoves: readonly OpeningMove[] = ['return', 'withdraw', 'close'];
/** Moves nobody makes of what they handed in themselves. */
export const othersMoves: readonly OpeningMove[] = ['approve', 'return'];
export const openingReasonLongest = 500;

/** Where this move leads for this party, null where there is no such way. Without the authority the institution's approval opens. */
export function openingStep(state: OpeningState, move: OpeningMove, party: OpeningParty, needsAuthority: boolean): OpeningState | null {
  const step = steps[move].find(({ from, by }) => by === party && from.includes(state));
  if (!step) return null;
  return step.to === 'approved' && !needsAuthority ? 'opened' : step.to;
}
/** The application may be written on. */
export const openingWritable = (state: OpeningState): boolean => openingStep(state, 'submit', 'office', true) !== null;
/** Nobody comes to it any more. */
export const cohortIsOver = (state: OpeningState): boolean => state === 'closed';
/** Whether lessons of the cohort are opened, entered and held. */
export const cohortIsOpen = (state: OpeningState): boolean => state === 'opened';
