// What people see of a film that is watched, and what it is before anything plays.
import type { MakeUpState } from '#contracts/make-up.ts';
import type { ReplayPart } from '#contracts/replay.ts';
import type { RestErrorCode } from '../rest.ts';
import type { Quality } from './film-source.ts';

export interface FilmState {
  playing: boolean; waiting: boolean; ended: boolean; muted: boolean; speed: number; quality: Quality;
  positionMs: number; durationMs: number; bufferedMs: number;
  furthestMs: number; creditedMs: number; completed: boolean; skippingForbidden: boolean;
  /** Why nothing plays; `broken`: this browser cannot. */
  trouble: RestErrorCode | 'broken' | null;
  /** The viewing was taken over by another device. */
  elsewhere: boolean;
  /** `down`: what is watched is kept and told later; `lapsed`: for too long, it will not count. */
  line: 'up' | 'down' | 'lapsed';
  /** Watched in vain, because the line was down for too long. */
  lostMs: number;
  /** Counts wishes to skip ahead that were refused. */
  refusals: number;
  resumedFromMs: number | null;
  /** Of a film that makes up, as the server last said; `held`: it stands still until a check is answered, or because nothing is left. */
  makeUp: MakeUpState | null; held: boolean;
  /** A question, or what was right, stands over the film: it waits. */
  asking: boolean;
  /** The learner sits in a live lesson: nothing of this film counts meanwhile. */
  inClass: boolean;
}

export function firstState({ positionMs, furthestMs, creditedMs, completed, durationMs }: ReplayPart, own: Pick<FilmState, 'skippingForbidden' | 'muted' | 'quality'>): FilmState {
  return {
    playing: false, waiting: false, ended: false, speed: 1, positionMs, durationMs: durationMs ?? 0, bufferedMs: 0, furthestMs, creditedMs, completed, ...own,
    trouble: null, elsewhere: false, line: 'up', lostMs: 0, refusals: 0, resumedFromMs: null, makeUp: null, held: false, asking: false, inClass: false,
  };
}
