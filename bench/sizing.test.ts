// Sizes follow from measured figures alone, and what was not measured stays empty.
import { expect, test } from 'vitest';
import { assumptions, sizeFor, type Figures, type Measured } from './sizing-model.ts';
import { sizingPage } from './sizing-page.ts';
import { takeFigures } from './sizing.ts';

const measured = (value: number): Measured => ({ value, unit: '', from: 'bench sfu', machine: 'm', commit: 'c', date: '2026-11-21', quiet: true });

test('cores and line each ask for hosts, and the larger demand counts', () => {
  const figures: Figures = { viewersPerCoreAt60: measured(250), datagramsPerViewer: measured(1.2) };
  expect(sizeFor(20_000, figures)).toMatchObject({ mediaCores: 80, egressGbps: 24, mediaHosts: 40, boundBy: 'line' });
  expect(sizeFor(20_000, figures, { ...assumptions, lineGbps: 25 })).toMatchObject({ mediaHosts: 10, boundBy: 'cores' });
  expect(sizeFor(1001, figures).mediaCores).toBe(5);
});

test('without a figure there is no result', () => {
  expect(sizeFor(1000, {})).toMatchObject({ mediaCores: null, egressGbps: null, mediaHosts: null, secondsToEnter: null, recordingCores: null, signInCores: null });
  expect(sizingPage({}, [sizeFor(1000, {})])).toContain('**not measured yet**');
});

test('a run that did not reach 60 %, a small class and one with refusals give no figure', () => {
  const json = { bench: 'sfu', viewersPerCoreAt60: 6, reached60: false, datagramsPerViewer: 1.1, bitratePerViewer: 0.99, machine: 'm', commit: 'c' };
  expect(takeFigures({}, [json], true, '2026-11-21').taken).toEqual(['datagramsPerViewer']);
  expect(takeFigures({}, [{ ...json, viewersPerCoreAt60: 141 }], false, '2026-11-21').figures.viewersPerCoreAt60).toMatchObject({ value: 141 });
  expect(takeFigures({}, [{ ...json, reached60: true }], false, '2026-11-21').figures.viewersPerCoreAt60).toMatchObject({ value: 6, quiet: false });
  expect(takeFigures({}, [{ ...json, bitratePerViewer: 0.8 }], true, '2026-11-21').taken).toEqual([]);
  const sockets = { bench: 'sockets', learners: 10_000, entered: 10_000, errors: [], joinPerSecond: 100, rssKbPerLearner: 40 };
  expect(takeFigures({}, [sockets], true, '2026-11-21').taken).toEqual(['joinPerSecond', 'rssKbPerLearner']);
  for (const change of [{ entered: 9999 }, { errors: ['refused'] }, { learners: 30, entered: 30 }]) expect(takeFigures({}, [{ ...sockets, ...change }], true, '2026-11-21').taken).toEqual([]);
  const http = { bench: 'http', connections: 10_000, errors: 0, requestsPerSecond: { keshi: 5000 } };
  expect(sizeFor(20_000, takeFigures({}, [http], true, '2026-11-21').figures).secondsToOpen).toBe(4);
  for (const change of [{ errors: 1 }, { connections: 24 }]) expect(takeFigures({}, [{ ...http, ...change }], true, '2026-11-21').taken).toEqual([]);
  const faces = takeFigures({}, [{ bench: 'faces', checksPerSecondPerCore: 20 }], true, '2026-11-21').figures;
  expect(sizeFor(20_000, faces).signInCores).toBe(1.67);
  expect(takeFigures({}, [{ bench: 'join' }], true, '2026-11-21').taken).toEqual([]);
});

test('of several runs the middle one is taken, of two the worse, and runs that measured nothing do not count', () => {
  const sockets = { bench: 'sockets', learners: 10_000, entered: 10_000, errors: [], machine: 'm', commit: 'c' };
  const run = (joinPerSecond: number, rssKbPerLearner: number, change = {}) => ({ ...sockets, joinPerSecond, rssKbPerLearner, ...change });
  const taken = (...runs: ReturnType<typeof run>[]): Figures => takeFigures({}, runs, true, '2026-11-21').figures;
  expect(taken(run(273, 35))).toMatchObject({ joinPerSecond: { value: 273, from: 'bench sockets' } });
  expect(taken(run(273, 35), run(300, 38))).toMatchObject({ joinPerSecond: { value: 273, from: 'bench sockets, the worse of 2 runs' }, rssKbPerLearner: { value: 38 } });
  expect(taken(run(400, 35), run(273, 38), run(300, 30))).toMatchObject({ joinPerSecond: { value: 300, from: 'bench sockets, the middle of 3 runs' }, rssKbPerLearner: { value: 35 } });
  expect(taken(run(1, 90), run(4, 60), run(3, 70), run(2, 80))).toMatchObject({ joinPerSecond: { value: 2 }, rssKbPerLearner: { value: 80 } });
  expect(taken(run(273, 35), run(900, 1, { entered: 9000 }))).toMatchObject({ joinPerSecond: { value: 273, from: 'bench sockets' } });
  expect(() => taken(run(273, 35), run(300, 38, { commit: 'd' }))).toThrow('different code');
  expect(() => taken(run(273, 35), run(300, 38, { machine: 'n' }))).toThrow('different code');
});
