// When a screen was shown: chapters begin there.
import type { Window } from './model.ts';
import { merged, without } from './spans.ts';
import type { Track } from './tracks.ts';

/**
 * Spans (server time, ms) when a screen or document camera was on and not paused, over their whole lives as far as these are known:
 * the same start whatever window was read.
 */
export const screenSpans = (tracks: readonly Track[]): Window[] => merged(tracks
  .filter(({ source }) => source === 'screen' || source === 'documentCamera')
  .flatMap(({ openMs, closeMs, paused }) => without({ fromMs: openMs, toMs: closeMs }, paused)));
