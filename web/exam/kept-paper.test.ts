// A paper kept on a device: nothing lost over a reload, nothing of somebody else, what was answered later elsewhere wins.
import { describe, expect, it } from 'vitest';
import { forgetOldPapers, KeptPaper, type PaperStore, type Told } from './kept-paper.ts';

function deviceOf(entries: [string, string][] = []): PaperStore {
  const kept = new Map(entries);
  return {
    get length() { return kept.size; }, key: (index) => [...kept.keys()][index] ?? null, getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => { kept.set(key, value); }, removeItem: (key) => { kept.delete(key); },
  };
}
const forbidden: PaperStore = {
  length: 0, key: () => { throw new Error('forbidden'); }, getItem: () => { throw new Error('forbidden'); },
  setItem: () => { throw new Error('forbidden'); }, removeItem: () => { throw new Error('forbidden'); },
};
const at = (seconds: number): string => new Date(Date.parse('2026-03-02T01:00:00.000Z') + seconds * 1000).toISOString();

const paper: Told[] = [1, 2, 3].map((ordinal) => ({ ordinal, answer: null, revision: 0 }));

describe('KeptPaper', () => {
  it('has after a reload what was given before it, and what was marked', () => {
    const device = deviceOf();
    const before = new KeptPaper(device, 'a1', 'p1');
    before.meet(paper);
    before.give(1, { choices: [2] }, at(0));
    before.give(2, { text: '接地' }, at(1));
    before.flag(3, true, at(2));
    const after = new KeptPaper(device, 'a1', 'p1');
    expect([...after.meet(paper)]).toEqual([[1, { choices: [2] }], [2, { text: '接地' }], [3, null]]);
    expect([...after.waiting]).toEqual([[1, { answer: { choices: [2] }, revision: 1, chosenAt: at(0) }], [2, { answer: { text: '接地' }, revision: 1, chosenAt: at(1) }]]);
    expect([...after.flags]).toEqual([3]);
    after.flag(3, false, at(3));
    expect(new KeptPaper(device, 'a1', 'p1').flags.size).toBe(0);
  });
  it('shows nobody else’s paper, nor one of another try', () => {
    const device = deviceOf();
    new KeptPaper(device, 'a1', 'p1').give(1, { choices: [0] }, at(0));
    expect(new KeptPaper(device, 'a1', 'p2').waiting.size).toBe(0);
    expect(new KeptPaper(device, 'a2', 'p1').waiting.size).toBe(0);
  });
  it('counts revisions on from those of the server, and takes what was answered later elsewhere', () => {
    const device = deviceOf();
    const kept = new KeptPaper(device, 'a1', 'p1');
    kept.meet([{ ordinal: 1, answer: { choices: [0] }, revision: 4 }, ...paper.slice(1)]);
    kept.give(1, { choices: [1] }, at(0));
    kept.give(2, null, at(1));
    expect([...kept.waiting].map(([ordinal, { revision }]) => [ordinal, revision])).toEqual([[1, 5], [2, 1]]);
    const shown = new KeptPaper(device, 'a1', 'p1').meet([{ ordinal: 1, answer: { choices: [2] }, revision: 7 }, { ordinal: 2, answer: { choices: [0] }, revision: 0 }]);
    expect([...shown]).toEqual([[1, { choices: [2] }], [2, null]]);
  });
  it('lets go only of the answer the server has, not of a later one to the same question', () => {
    const kept = new KeptPaper(deviceOf(), 'a1', 'p1');
    kept.meet(paper);
    kept.give(1, { choices: [0] }, at(0));
    kept.give(1, { choices: [1] }, at(0));
    kept.acknowledge(1, 1);
    expect(kept.waiting.get(1)).toMatchObject({ answer: { choices: [1] }, revision: 2 });
    kept.acknowledge(1, 2);
    expect(kept.waiting.size).toBe(0);
    kept.give(1, { choices: [2] }, at(1));
    expect(kept.waiting.get(1)?.revision).toBe(3);
  });
  it('keeps it in memory where storage is forbidden', () => {
    const kept = new KeptPaper(forbidden, 'a1', 'p1');
    kept.give(1, null, at(0));
    expect(kept.waiting.get(1)).toEqual({ answer: null, revision: 1, chosenAt: at(0) });
    kept.forget();
    expect(kept.waiting.size).toBe(0);
  });
  it.each(['{', 'null', '[]', '{"personId":"p1","touchedAt":"x","waiting":{"1":{"answer":7,"revision":1,"chosenAt":"x"},"x":{}},"flags":["3"]}'])('takes spoilt storage (%s) for an empty one', (text) => {
    const kept = new KeptPaper(deviceOf([['keshi.exam.a1', text]]), 'a1', 'p1');
    expect([kept.waiting.size, kept.flags.size]).toEqual([0, 0]);
  });
  it('forgets a paper that was handed in, and old ones of others, but nothing else on the device', () => {
    const device = deviceOf([['keshi.locale', 'zh']]);
    new KeptPaper(device, 'old', 'p9').give(1, { choices: [0] }, at(0));
    const kept = new KeptPaper(device, 'a1', 'p1');
    kept.give(1, { choices: [0] }, at(15 * 86_400));
    forgetOldPapers(device, Date.parse(at(15 * 86_400)));
    expect([device.getItem('keshi.exam.old'), device.getItem('keshi.exam.a1') !== null, device.getItem('keshi.locale')]).toEqual([null, true, 'zh']);
    kept.forget();
    expect(device.length).toBe(1);
  });
});
