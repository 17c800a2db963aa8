// Where rooms and seats go: the least loaded, one copy of a lesson as long as it fits, nobody on what is closed, full, late or lies.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reservedShare } from '#contracts/media-node.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';
import { chooseOrigin, chooseSeat, cpuOf, useOf, type Candidate } from './choose-node.ts';

const node = (nodeId: string, change: Partial<Candidate> = {}): Candidate => ({ nodeId, use: 0, cpu: 0, rooms: 0, closed: false, full: false, reserveFull: false, late: false, ...change });
const wish = { origin: 'a', staff: false, present: null, edges: new Set<string>() };
const load = (change: Partial<NodeLoad> = {}): NodeLoad => ({
  workers: [{ pid: 1, cpuPercent: 40, consumers: 90 }, { pid: 2, cpuPercent: 20, consumers: 0 }], egressBitsPerSecond: 50_000_000, seats: 10, rooms: 1, full: false, draining: false, ...change,
});
const capacity = { workers: 2, streamsPerWorker: 450, egressMbps: 0 };

test('a share is the largest of streams, seats and egress, as said or as counted', () => {
  expect(useOf({ capacity, load: load(), seats: 0 })).toBeCloseTo(0.1);
  expect(useOf({ capacity, load: load({ seats: 90 }), seats: 0 })).toBeCloseTo(0.2);
  expect(useOf({ capacity: { ...capacity, egressMbps: 100 }, load: load(), seats: 0 })).toBeCloseTo(0.5);
  expect(cpuOf(load())).toBeCloseTo(0.3);
  expect(cpuOf(load({ workers: [] }))).toBe(0);
});
test('a node that calls itself idle is counted by its seats and gets nobody more', () => {
  const liar = load({ workers: [{ pid: 1, cpuPercent: 0, consumers: 0 }], seats: 0, egressBitsPerSecond: 0 });
  const use = useOf({ capacity, load: liar, seats: 450 });
  expect(use).toBe(1);
  expect(chooseSeat([node('a', { use: 0.9 }), node('liar', { use })], wish)).toBe('a');
  expect(chooseOrigin([node('liar', { use })])).toBeNull();
});
test('a room goes to the least loaded, of equals to the one with fewer rooms', () => {
  expect(chooseOrigin([node('a', { use: 0.6 }), node('b', { cpu: 0.3 }), node('c', { use: 0.9 })])).toBe('b');
  expect(chooseOrigin([node('a', { rooms: 2 }), node('b', { rooms: 1, use: 0.02 })])).toBe('b');
  expect(chooseOrigin([node('a', { closed: true }), node('b', { use: 1 })])).toBeNull();
  expect(chooseOrigin([node('a'), node('b')], new Set(['a']))).toBe('b');
});
test('a small lesson stays at its origin, a large one spreads edge by edge', () => {
  const others = [node('b', { use: 0.4 }), node('c')];
  expect(chooseSeat([node('a', { use: 0.49 }), ...others], wish)).toBe('a');
  expect(chooseSeat([node('a', { use: 0.5 }), ...others], wish)).toBe('c');
  expect(chooseSeat([node('a', { use: 0.5 }), ...others], { ...wish, edges: new Set(['b']) })).toBe('b');
  expect(chooseSeat([node('a', { use: 0.5 }), node('b', { use: 0.5 }), node('c')], { ...wish, edges: new Set(['b']) })).toBe('c');
  expect(chooseSeat([node('a', { use: 0.9 }), ...others], { ...wish, staff: true })).toBe('a');
  expect(chooseSeat([node('a', { use: 1 }), ...others], { ...wish, staff: true })).toBe('c');
});
test('who sits already comes back there, also to a node that is drained or full, but not to one that is late', () => {
  const sits = { ...wish, present: 'b' };
  expect(chooseSeat([node('a'), node('b', { closed: true, use: 1 })], sits)).toBe('b');
  expect(chooseSeat([node('a'), node('b', { late: true })], sits)).toBe('a');
  expect(chooseSeat([node('a')], sits)).toBe('a');
  expect(chooseSeat([node('a'), node('b')], sits, new Set(['b']))).toBe('a');
});
test('the last seats are kept for staff, who are refused only where even those are gone', () => {
  const nearlyFull = [node('a', { use: 0.97 }), node('b', { full: true, use: 0.3 })];
  expect(chooseSeat(nearlyFull, wish)).toBeNull();
  expect(chooseSeat(nearlyFull, { ...wish, staff: true })).toBe('a');
  expect(chooseSeat(nearlyFull, { ...wish, origin: 'c', staff: true })).toBe('b');
  expect(chooseOrigin(nearlyFull)).toBe('b');
  expect(chooseSeat([node('a', { use: 0.97, reserveFull: true }), node('b', { use: 1 })], { ...wish, staff: true })).toBeNull();
});
test('a late node is the last choice, not none', () => {
  expect(chooseSeat([node('a', { late: true }), node('b', { use: 0.8 })], wish)).toBe('b');
  expect(chooseSeat([node('a', { late: true })], wish)).toBe('a');
});
test('whatever the nodes are: nobody new on a closed, full or refused one, and somebody wherever one is open', () => {
  const any = fc.record({ use: fc.double({ min: 0, max: 1.5, noNaN: true }), cpu: fc.double({ min: 0, max: 1, noNaN: true }), rooms: fc.nat(5), closed: fc.boolean(), full: fc.boolean(), reserveFull: fc.boolean(), late: fc.boolean() });
  fc.assert(fc.property(fc.array(any, { maxLength: 6 }), fc.boolean(), fc.subarray(['n0', 'n1', 'n2', 'n3']), fc.subarray(['n0', 'n2']), (figures, staff, refused, edges) => {
    const candidates = figures.map((one, index) => node(`n${index}`, one));
    const left = candidates.filter((one) => !one.closed && !refused.includes(one.nodeId));
    const kept = left.filter((one) => !one.reserveFull && one.use < 1).map((one) => one.nodeId);
    const free = left.filter((one) => !one.full && one.use < 1 - reservedShare).map((one) => one.nodeId);
    const seat = chooseSeat(candidates, { origin: 'n0', staff, present: null, edges: new Set(edges) }, new Set(refused));
    for (const [chosen, takes] of [[chooseOrigin(candidates, new Set(refused)), kept], [seat, staff ? kept : free]] as const) {
      if (takes.length === 0) expect(chosen).toBeNull();
      else expect(takes).toContain(chosen);
    }
  }));
});
