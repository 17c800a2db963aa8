// Every drop leads back to `up`, and nothing is asked of a server that cannot be reached.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstState, fullFirstMs, fullLongestMs, restartPatienceMs, step, type Recovery, type RecoveryEffect, type RecoveryInput } from './recovery.ts';

function run(inputs: readonly (RecoveryInput | { at: number; input: RecoveryInput })[], from: Recovery = firstState) {
  let state = from;
  const effects: RecoveryEffect[] = [];
  for (const entry of inputs) {
    const { at, input } = typeof entry === 'string' ? { at: 0, input: entry } : entry;
    const next = step(state, input, at, 0);
    state = next.state;
    if (next.effect) effects.push(next.effect);
  }
  return { state, effects };
}
const up = run(['linked', 'wanted', 'joined']).state;

/** How long each next try waits when so many in a row end like this, and where it stands then; each is tried at its moment and not before. */
function waitsAfter(outcome: 'joinFailed' | 'joinFull', attempts: number, phase?: string) {
  let { state } = run(['linked', 'wanted']);
  const waits = Array.from({ length: attempts }, () => {
    state = step(state, outcome, 1000, 0.999).state;
    if (phase) expect(state.phase).toBe(phase);
    const dueMs = state.dueMs!;
    expect(step(state, 'tick', dueMs - 1, 0).effect).toBeNull();
    const next = step(state, 'tick', dueMs, 0);
    expect(next.effect).toBe('join');
    state = next.state;
    return dueMs - 1000;
  });
  return { waits, state };
}

describe('joining', () => {
  test('waits for the line, joins once', () => {
    expect(run(['wanted', 'wanted']).state.phase).toBe('waiting');
    expect(run(['wanted', 'linked', 'wanted', 'joined'])).toEqual({ effects: ['join'], state: { phase: 'up', linked: true, failures: 0, dueMs: null } });
  });
  test('tries again later and later, at most every four seconds', () => {
    const { waits } = waitsAfter('joinFailed', 8);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(waits.at(-1)).toBeLessThanOrEqual(4000);
  });
});

describe('full', () => {
  test('asked for a seat calmly and spread, later and later, at most every minute; a seat ends it', () => {
    const { waits, state } = waitsAfter('joinFull', 6, 'full');
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect([waits[0]! <= fullFirstMs, waits.at(-1)! <= fullLongestMs, waits.at(-1)! > fullLongestMs * 0.99]).toEqual([true, true, true]);
    expect(step(run(['linked', 'wanted']).state, 'joinFull', 0, 0).state.dueMs).toBe(fullFirstMs / 2);
    expect(step(state, 'joined', 2000, 0).state).toEqual(up);
  });
  test('without a line nothing is asked; with the line it is asked at once', () => {
    const cut = run(['linked', 'wanted', 'joinFull', 'unlinked', { at: 1e9, input: 'tick' }]);
    expect([cut.effects, cut.state.phase]).toEqual([['join'], 'full']);
    expect(run(['linked'], cut.state).effects).toEqual(['join']);
  });
  test('a room made anew is joined at once: there are other seats', () => {
    expect(run(['linked', 'wanted', 'joinFull', 'reset']).effects).toEqual(['join', 'join']);
  });
});

describe('drops', () => {
  test('ICE is restarted, and is up again when it is back', () => {
    expect(run([{ at: 10, input: 'transportLost' }, { at: 20, input: 'transportLost' }, { at: 500, input: 'transportsUp' }], up))
      .toEqual({ effects: ['restartIce'], state: up });
  });
  test('after six seconds without ICE everything is built anew', () => {
    const { state } = run([{ at: 10, input: 'transportLost' }], up);
    expect(state.dueMs).toBe(10 + restartPatienceMs);
    expect(step(state, 'tick', 10 + restartPatienceMs, 0).effect).toBe('join');
  });
  test('a refused restart is not waited for', () => {
    expect(run(['transportLost', 'restartFailed'], up).effects).toEqual(['restartIce', 'join']);
  });
  test('a drop of line and ICE together: the restart comes with the line', () => {
    expect(run(['unlinked', 'transportLost', { at: 9_000, input: 'tick' }, { at: 20_000, input: 'linked' }, 'transportsUp'], up))
      .toEqual({ effects: ['restartIce'], state: up });
  });
  test('a cut of the line alone leaves the media alone', () => {
    expect(run(['unlinked', 'linked'], up)).toEqual({ effects: [], state: up });
  });
  test('a room made anew is joined at once, also in the middle of a restart', () => {
    expect(run(['reset', 'joined'], up)).toEqual({ effects: ['join'], state: up });
    expect(run(['transportLost', 'reset', 'joined'], up).effects).toEqual(['restartIce', 'join']);
  });
  test('stopped means stopped', () => {
    expect(run(['stopped', 'reset', 'transportLost', 'joined', 'joinFailed', { at: 1e9, input: 'tick' }], up).effects).toEqual([]);
  });
});

const inputs: RecoveryInput[] = ['wanted', 'linked', 'unlinked', 'joined', 'joinFailed', 'joinFull', 'transportLost', 'transportsUp', 'restartFailed', 'reset', 'tick'];
test('from any history: no effect without a line, and with a line it always comes up again', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...inputs), fc.nat({ max: 20_000 })), { maxLength: 40 }), (history) => {
    let state = firstState;
    let nowMs = 0;
    for (const [input, passed] of [['wanted', 0] as const, ...history]) {
      nowMs += passed;
      const next = step(state, input, nowMs, 0.5);
      if (next.effect) expect(next.state.linked).toBe(true);
      state = next.state;
    }
    // The world is well from now on: every join succeeds, the line is there, ICE does not come back by itself.
    for (let turn = 0; turn < 6 && state.phase !== 'up'; turn++) {
      state = step(state, 'linked', nowMs, 0.5).state;
      nowMs += Math.max(restartPatienceMs, fullLongestMs);
      state = step(state, 'tick', nowMs, 0.5).state;
      state = step(state, 'joined', nowMs, 0.5).state;
    }
    expect(state.phase).toBe('up');
  }));
});
