// The colour in which a state of opening a cohort is shown.
import type { OpeningState } from '#domain/cohort.ts';

const tones: Record<OpeningState, string> = { draft: '', submitted: 'tell', approved: 'tell', opened: 'good', returned: 'warn', withdrawn: '', closed: '' };
export const openingTone = (state: OpeningState): string => tones[state];
