// Saving over a line that breaks: kept, sent again, in order, and an end that is told once.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RestError, type RestErrorCode } from '../rest.ts';
import { KeptPaper } from './kept-paper.ts';
import { PaperSaver, type SaveState, type SentAnswer } from './PaperSaver.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });
const at = (seconds: number): string => new Date(Date.parse('2026-03-02T01:00:00.000Z') + seconds * 1000).toISOString();

function opened() {
  const kept = new KeptPaper(null, 'a1', 'p1');
  const states: SaveState[] = [];
  const refusals: RestErrorCode[] = [];
  const sent: SentAnswer[][] = [];
  const line: { code: RestErrorCode | null; held: Promise<void> | null } = { code: null, held: null };
  const saver = new PaperSaver(kept, async (answers) => {
    await line.held;
    if (line.code) throw new RestError(line.code, 'test');
    sent.push(answers);
  }, { state: (state) => { if (states.at(-1) !== state) states.push(state); }, refused: (code) => { refusals.push(code); } });
  return { kept, states, refusals, sent, line, saver };
}

describe('PaperSaver', () => {
  it('sends a choice at once, and typing when it rests', async () => {
    const { saver, sent, states, kept } = opened();
    saver.give(1, { choices: [1] }, at(0), false);
    await vi.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([[{ ordinal: 1, answer: { choices: [1] }, revision: 1, chosenAt: at(0) }]]);
    for (const [index, text] of ['先', '先断', '先断电'].entries()) saver.give(2, { text }, at(1 + index), true);
    expect(kept.waiting.get(2)?.answer).toEqual({ text: '先断电' });
    expect(sent).toHaveLength(1);
    await vi.runAllTimersAsync();
    expect(sent.slice(1)).toEqual([[{ ordinal: 2, answer: { text: '先断电' }, revision: 3, chosenAt: at(3) }]]);
    expect(states).toEqual(['saving', 'saved', 'saving', 'saved']);
  });
  it('keeps what is given without a line and sends all of it once the line is back', async () => {
    const { saver, sent, states, line, kept } = opened();
    line.code = 'unreachable';
    saver.give(1, { choices: [1] }, at(0), false);
    await vi.advanceTimersByTimeAsync(0);
    saver.give(2, { choices: [0] }, at(1), false);
    saver.give(1, { choices: [2] }, at(2), false);
    expect([states.at(-1), kept.waiting.size, await saver.flush()]).toEqual(['offline', 2, false]);
    line.code = null;
    await vi.runAllTimersAsync();
    expect(sent).toEqual([[{ ordinal: 1, answer: { choices: [2] }, revision: 2, chosenAt: at(2) }, { ordinal: 2, answer: { choices: [0] }, revision: 1, chosenAt: at(1) }]]);
    expect([states.at(-1), kept.waiting.size]).toEqual(['saved', 0]);
  });
  it('sends what was given while the one before was on its way, before it says saved', async () => {
    const { saver, sent, states, line } = opened();
    let pass: () => void = () => undefined;
    line.held = new Promise((done) => { pass = done; });
    saver.give(1, { choices: [0] }, at(0), false);
    const flushed = saver.flush();
    saver.give(1, { choices: [1] }, at(1), false);
    pass();
    expect(await flushed).toBe(true);
    expect(sent.map(([one]) => one?.answer)).toEqual([{ choices: [0] }, { choices: [1] }]);
    expect(states).toEqual(['saving', 'saved']);
  });
  it('tells a refusal once, keeps the answer, and sends nothing more', async () => {
    const { saver, sent, refusals, line, kept } = opened();
    line.code = 'forbidden';
    saver.give(1, { choices: [0] }, at(0), false);
    await vi.runAllTimersAsync();
    line.code = null;
    saver.give(1, { choices: [1] }, at(1), false);
    await vi.runAllTimersAsync();
    expect([refusals, sent, kept.waiting.get(1)?.answer]).toEqual([['forbidden'], [], { choices: [0] }]);
    expect(await saver.flush()).toBe(false);
  });
  it('sends a long paper in parts', async () => {
    const { saver, sent, line } = opened();
    line.code = 'unreachable';
    for (let n = 0; n < 120; n++) saver.give(n + 1, { choices: [0] }, at(n), false);
    await vi.advanceTimersByTimeAsync(0);
    line.code = null;
    await vi.runAllTimersAsync();
    expect(sent.map((batch) => batch.length)).toEqual([50, 50, 20]);
  });
});
