// Whether a second factor is obligatory here: always, but in a demo, whose accounts and password everybody knows.
import type { Config } from './settings.ts';

export const factorSettings = ['SECOND_FACTOR', 'DEMO_SEED'] as const;

/** Of people who oversee and of admins. */
export const factorRequired = ({ SECOND_FACTOR: said, DEMO_SEED: demo }: Config<(typeof factorSettings)[number]>): boolean => (said ?? (demo ? 'offered' : 'required')) === 'required';
