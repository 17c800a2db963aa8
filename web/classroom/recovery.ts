// Coming back of the media as a pure machine: what to do when ICE drops, the room is made anew, or joining fails.
import { backoffMs } from './backoff.ts';

/** `restarting`: ICE is being restarted; `waiting`: the next join has its time, or waits for the line; `full`: the same, since no media node has a seat. */
export type MediaPhase = 'off' | 'joining' | 'up' | 'restarting' | 'waiting' | 'full';
export interface Recovery {
  phase: MediaPhase;
  /** True while requests reach the server. */
  linked: boolean;
  /** Joins that failed in a row. */
  failures: number;
  /** When the next `tick` is wanted, same clock as `nowMs`; null: none. */
  dueMs: number | null;
}
export type RecoveryInput =
  | 'wanted' | 'stopped' | 'linked' | 'unlinked' | 'joined' | 'joinFailed' | 'joinFull' | 'transportLost' | 'transportsUp' | 'restartFailed' | 'reset' | 'tick';
/** `join`: drop everything, join from the beginning, send and receive again. */
export type RecoveryEffect = 'join' | 'restartIce' | null;

/** ICE that has not come back this long after its restart is given up. */
export const restartPatienceMs = 6000;
/** How long a full room is left alone: half of this to all of it, at first and at most. */
export const fullFirstMs = 8_000;
export const fullLongestMs = 60_000;
export const firstState: Recovery = { phase: 'off', linked: false, failures: 0, dueMs: null };

interface Step { state: Recovery; effect: RecoveryEffect }
const stay = (state: Recovery): Step => ({ state, effect: null });

function join(state: Recovery): Step {
  if (!state.linked) return stay({ ...state, phase: 'waiting', dueMs: null });
  return { state: { ...state, phase: 'joining', dueMs: null }, effect: 'join' };
}

function restart(state: Recovery, nowMs: number): Step {
  // Without a line nothing can be restarted: the restart comes with the line.
  if (!state.linked) return stay({ ...state, phase: 'restarting', dueMs: null });
  return { state: { ...state, phase: 'restarting', dueMs: nowMs + restartPatienceMs }, effect: 'restartIce' };
}

function failed(state: Recovery, nowMs: number, random: number): Step {
  const dueMs = state.linked ? nowMs + backoffMs(state.failures, 300, 4000, random) : null;
  return stay({ ...state, phase: 'waiting', failures: state.failures + 1, dueMs });
}

/** Seats are given up by people, not by time: asked for calmly, and less often the longer it lasts. */
function full(state: Recovery, nowMs: number, random: number): Step {
  const dueMs = state.linked ? nowMs + backoffMs(state.failures, fullFirstMs, fullLongestMs, random) : null;
  return stay({ ...state, phase: 'full', failures: state.failures + 1, dueMs });
}

function linked(state: Recovery, nowMs: number): Step {
  if (state.linked) return stay(state);
  const next = { ...state, linked: true };
  if (state.phase === 'waiting' || state.phase === 'full') return join({ ...next, failures: 0 });
  return state.phase === 'restarting' ? restart(next, nowMs) : stay(next);
}

function tick(state: Recovery, nowMs: number): Step {
  if (state.dueMs === null || nowMs < state.dueMs) return stay(state);
  return state.phase === 'waiting' || state.phase === 'full' || state.phase === 'restarting' ? join(state) : stay({ ...state, dueMs: null });
}

/** One step. `random` in [0, 1) spreads the joins of a class whose room was made anew. */
export function step(state: Recovery, input: RecoveryInput, nowMs: number, random: number): Step {
  if (input === 'stopped') return stay({ ...firstState, linked: state.linked });
  if (input === 'linked') return linked(state, nowMs);
  if (input === 'unlinked') return stay({ ...state, linked: false, dueMs: null });
  if (input === 'wanted') return state.phase === 'off' ? join(state) : stay(state);
  if (state.phase === 'off') return stay(state);
  switch (input) {
    case 'joined': return stay(state.phase === 'joining' ? { ...state, phase: 'up', failures: 0, dueMs: null } : state);
    case 'joinFailed': return state.phase === 'joining' ? failed(state, nowMs, random) : stay(state);
    case 'joinFull': return state.phase === 'joining' ? full(state, nowMs, random) : stay(state);
    case 'transportLost': return state.phase === 'up' ? restart(state, nowMs) : stay(state);
    case 'transportsUp': return stay(state.phase === 'restarting' ? { ...state, phase: 'up', dueMs: null } : state);
    case 'restartFailed': return state.phase === 'restarting' || state.phase === 'up' ? join(state) : stay(state);
    case 'reset': return join({ ...state, failures: 0 });
    case 'tick': return tick(state, nowMs);
  }
}
