// What a clerk types of a signed sheet becomes instants, or is said to be wrong before it is sent.
import { describe, expect, it } from 'vitest';
import { freshSheet, instantNear, needsPaper, readSheet, type SheetForm } from './sheet-form.ts';

const at = (clock: string, day = '02'): string => new Date(`2026-03-${day}T${clock}:00+08:00`).toISOString();
const form = (change: (form: SheetForm) => void = () => undefined): SheetForm => {
  const fresh = freshSheet({
    units: [{ unitId: 'u1', ordinal: 1, plannedFrom: at('09:00'), plannedMinutes: 45, from: null, to: null }, { unitId: 'u2', ordinal: 2, plannedFrom: at('09:45'), plannedMinutes: 45, from: null, to: null }],
    learners: [{ personId: 'p1', name: 'One', login: 'one', present: [], signed: null }, { personId: 'p2', name: 'Two', login: 'two', present: [], signed: null }],
  });
  change(fresh);
  return fresh;
};

describe('a sheet as it is typed', () => {
  it('is as planned at first, and who is ticked was there all the time', () => {
    expect(readSheet(form(({ learners }) => { learners[0]!.there = true; }))).toEqual({
      wrong: null, body: { units: [{ unitId: 'u1', from: at('09:00'), to: at('09:45') }, { unitId: 'u2', from: at('09:45'), to: at('10:30') }], present: [{ personId: 'p1', from: at('09:00'), to: at('10:30') }] },
    });
  });

  it('tells other times of a unit and of a learner, and leaves out a unit that was not held', () => {
    const read = readSheet(form(({ units, learners }) => { units[0]!.held = false; units[1]!.to = '10:20'; Object.assign(learners[1]!, { there: true, from: '09:50', to: '10:10' }); }));
    expect(read.body).toEqual({ units: [{ unitId: 'u2', from: at('09:45'), to: at('10:20') }], present: [{ personId: 'p2', from: at('09:50'), to: at('10:10') }] });
  });

  it('says what is wrong', () => {
    expect(readSheet(form(({ units }) => { for (const unit of units) unit.held = false; })).wrong).toEqual({ units: 'offline.noneHeld' });
    for (const times of [{ from: '' }, { to: '08:00' }, { to: '09:50' }]) expect(readSheet(form(({ units }) => { Object.assign(units[0]!, times); })).wrong).toEqual({ units: 'offline.timeWrong' });
    for (const times of [{ from: '08:50' }, { to: '10:40' }, { from: '10:00', to: '09:30' }, { from: 'x' }]) {
      expect(readSheet(form(({ learners }) => { Object.assign(learners[0]!, { there: true }, times); })).wrong).toEqual({ people: 'offline.stretchWrong' });
    }
  });

  it('has who signed by phone, to the minute, and needs a paper for all others', () => {
    const [unit, nobody] = [{ unitId: 'u1', ordinal: 1, plannedFrom: at('09:00'), plannedMinutes: 45, from: null, to: null }, { present: [], login: '' }];
    const after = (clock: string, seconds: number): string => new Date(Date.parse(at(clock)) + seconds * 1000).toISOString();
    const fresh = freshSheet({
      units: [unit],
      learners: [
        { ...nobody, personId: 'all', name: 'A', signed: { from: after('08:50', 10), to: after('09:50', 0) } }, { ...nobody, personId: 'late', name: 'B', signed: { from: after('09:03', 40), to: after('09:30', 20) } },
        { ...nobody, personId: 'once', name: 'C', signed: { from: after('08:50', 0), to: null } }, { ...nobody, personId: 'never', name: 'D', signed: null },
      ],
    });
    const read = readSheet(fresh);
    expect(read.body?.present).toEqual([{ personId: 'all', from: at('09:00'), to: at('09:45') }, { personId: 'late', from: at('09:03'), to: at('09:30') }]);
    expect(needsPaper(read.body!, fresh)).toBe(false);
    for (const one of [2, 3]) {
      const more = structuredClone(fresh);
      more.learners[one]!.there = true;
      expect(needsPaper(readSheet(more).body!, more)).toBe(true);
    }
    expect(needsPaper({ present: [{ personId: 'late', from: at('09:00'), to: at('09:30') }] }, fresh)).toBe(true);
  });

  it('goes over midnight with a class in the evening', () => {
    expect(instantNear('00:15', at('23:30'))).toBe(at('00:15', '03'));
    expect(instantNear('23:50', at('00:05', '03'))).toBe(at('23:50'));
    expect(instantNear('9:00', at('09:00'))).toBeNull();
  });
});
