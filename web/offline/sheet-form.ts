// The form of a signed sheet: times as a clerk types them (hours and minutes of Shanghai), and what of it cannot be sent.
import type { OfflineSheet, OfflineSheetBody } from '#contracts/offline-routes.ts';
import { isSigned, spanOfSigned } from '#domain/site-sign.ts';
import type { Span } from '#domain/spans.ts';
import { clockTime, dayKey } from '../format.ts';

const dayMs = 86_400_000;
const farMs = dayMs / 2;

export interface UnitField { unitId: string; ordinal: number; plannedFrom: string; held: boolean; from: string; to: string }
export interface LearnerField { personId: string; name: string; login: string; there: boolean; from: string; to: string; signed: OfflineSheet['learners'][number]['signed'] }
export interface SheetForm { units: UnitField[]; learners: LearnerField[] }

/** The instant of a clock time nearest to another: a class in the evening may end after midnight. Null where it is no time. */
export function instantNear(clock: string, near: string): string | null {
  const sameDayMs = /^\d{2}:\d{2}$/.test(clock) ? Date.parse(`${dayKey(near)}T${clock}:00+08:00`) : Number.NaN;
  if (Number.isNaN(sameDayMs)) return null;
  const awayMs = sameDayMs - Date.parse(near);
  return new Date(awayMs < -farMs ? sameDayMs + dayMs : awayMs > farMs ? sameDayMs - dayMs : sameDayMs).toISOString();
}

/** As signed by phone, in whole minutes that go no minute beyond it; empty where it is from the start or to the end of the plan. */
function fromSigns(signed: LearnerField['signed'], { fromMs, toMs }: Span): Pick<LearnerField, 'there' | 'from' | 'to'> {
  const span = spanOfSigned(signed);
  if (!signed || !span) return { there: false, from: '', to: '' };
  return { there: true, from: span.fromMs <= fromMs ? '' : clockTime(span.fromMs, 'zh'), to: span.toMs >= toMs ? '' : clockTime(span.toMs, 'zh') };
}

/** As planned, with those there who signed by phone; who is ticked was there all the time unless something else is typed. */
export function freshSheet({ units, learners }: Pick<OfflineSheet, 'units' | 'learners'>): SheetForm {
  const plannedTo = ({ plannedFrom, plannedMinutes }: OfflineSheet['units'][number]): number => Date.parse(plannedFrom) + plannedMinutes * 60_000;
  const planned = { fromMs: Math.min(...units.map(({ plannedFrom }) => Date.parse(plannedFrom))), toMs: Math.max(...units.map(plannedTo)) };
  return {
    units: units.map((unit) => ({ unitId: unit.unitId, ordinal: unit.ordinal, plannedFrom: unit.plannedFrom, held: true, from: clockTime(unit.plannedFrom, 'zh'), to: clockTime(plannedTo(unit), 'zh') })),
    learners: learners.map(({ personId, name, login, signed }) => ({ personId, name, login, signed, ...fromSigns(signed, planned) })),
  };
}

/** Whether a paper has to be there: somebody did not sign all of it by phone. */
export function needsPaper({ present }: Pick<OfflineSheetBody, 'present'>, { learners }: SheetForm): boolean {
  const signed = new Map(learners.map((one) => [one.personId, spanOfSigned(one.signed)]));
  return !present.every(({ personId, from, to }) => isSigned({ fromMs: Date.parse(from), toMs: Date.parse(to) }, signed.get(personId) ?? null));
}

export type SheetWrong = Partial<Record<'units' | 'people', string>>;
/** What is sent, or what is wrong; the keys are texts. */
export function readSheet({ units, learners }: SheetForm): { body: Omit<OfflineSheetBody, 'attachmentId'>; wrong: null } | { body: null; wrong: SheetWrong } {
  const held = units.filter((unit) => unit.held).map(({ unitId, plannedFrom, from, to }) => ({ unitId, from: instantNear(from, plannedFrom), to: instantNear(to, plannedFrom) }));
  const first = held[0]?.from;
  const last = held.at(-1)?.to;
  if (!first || !last) return { body: null, wrong: { units: held.length === 0 ? 'offline.noneHeld' : 'offline.timeWrong' } };
  const inTurn = held.every(({ from, to }, index) => from !== null && to !== null && from < to && (index === 0 || held[index - 1]!.to! <= from));
  const present = learners.filter(({ there }) => there).map(({ personId, from, to }) => ({ personId, from: from === '' ? first : instantNear(from, first), to: to === '' ? last : instantNear(to, first) }));
  const within = present.every(({ from, to }) => from !== null && to !== null && from < to && first <= from && to <= last);
  if (!inTurn || !within) return { body: null, wrong: { ...(!inTurn && { units: 'offline.timeWrong' }), ...(!within && { people: 'offline.stretchWrong' }) } };
  const all = <Told extends { from: string | null; to: string | null }>(told: readonly Told[]) => told.map((one) => ({ ...one, from: one.from!, to: one.to! }));
  return { body: { units: all(held), present: all(present) }, wrong: null };
}
