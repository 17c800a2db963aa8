// What a clerk types of a signed sheet becomes instants, or is said to be wrong before it is sent.
import { describe, expect, it } from 'vitest';
import { freshSheet, instantNear, readSheet, type SheetForm } from './sheet-form.ts';

const at = (clock: string, day = '02'): string => new Date(`2026-03-${day}T${clock}:00+08:00`).toISOString();
const form = (change: (form: SheetForm) => void = () => undefined): SheetForm => {
  const fresh = freshSheet({
    units: [{ unitId: 'u1', ordinal: 1, plannedFrom: at('09:00'), plannedMinutes: 45, from: null, to: null }, { unitId: 'u2', ordinal: 2, plannedFrom: at('09:45'), plannedMinutes: 45, from: null, to: null }],
    learners: [{ personId: 'p1', name: 'One', login: 'one', present: [] }, { personId: 'p2', name: 'Two', login: 'two', present: [] }],
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

  it('goes over midnight with a class in the evening', () => {
    expect(instantNear('00:15', at('23:30'))).toBe(at('00:15', '03'));
    expect(instantNear('23:50', at('00:05', '03'))).toBe(at('23:50'));
    expect(instantNear('9:00', at('09:00'))).toBeNull();
  });
});
