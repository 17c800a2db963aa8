// How rooms and peers tell what happened, without knowing who listens.
import type { Static } from 'typebox';
import type { SfuEvents } from '#contracts/sfu-control.ts';

export type Tell = <K extends keyof SfuEvents>(event: K, data: Static<SfuEvents[K]>) => void;
