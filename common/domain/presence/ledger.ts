// The ledger of one learner in one lesson: every held moment once, credited or with the reason why not. A pure function of facts; their order and repetition change nothing.
import type { RulePack } from '../rules/rule-pack.ts';
import { subtractSpans, totalMs } from '../spans.ts';
import { checkVoids } from './check-voids.ts';
import { correctedSpans } from './corrections.ts';
import { isCredited, type CheckFact, type HeldUnit, type LearnerFacts, type ObservedFact, type PresenceReason, type SeatFact } from './facts.ts';
import { causes, sortNumbers, Turns, type Moment } from './moment.ts';
import { onSiteSpans } from './on-site.ts';
import { inTime, SeatLife } from './seat-life.ts';

export interface LedgerSpan { unitId: string; fromMs: number; toMs: number; reason: PresenceReason }
export interface UnitCredit { unitId: string; heldMs: number; creditedMs: number }
export interface Ledger { spans: LedgerSpan[]; units: UnitCredit[]; heldMs: number; creditedMs: number }

/** Of two tellings of one seat the latest sign of life and the earliest end that was written. */
function merged(known: SeatFact, seat: SeatFact): SeatFact {
  const ended = known.leftMs === null || (seat.leftMs !== null && (seat.leftMs < known.leftMs || (seat.leftMs === known.leftMs && (seat.leftReason ?? '') < (known.leftReason ?? '')))) ? seat : known;
  return { ...ended, connectedMs: Math.min(known.connectedMs, seat.connectedMs), lastSeenMs: Math.max(known.lastSeenMs, seat.lastSeenMs) };
}

/** Each seat once, and its place by its connection. */
function distinctSeats(told: readonly SeatFact[]): { seats: readonly SeatFact[]; slots: ReadonlyMap<string, number> } {
  const slots = new Map<string, number>();
  for (const { connectionId } of told) if (!slots.has(connectionId)) slots.set(connectionId, slots.size);
  if (slots.size === told.length) return { seats: told, slots };
  const seats: SeatFact[] = [];
  for (const seat of told) {
    const slot = slots.get(seat.connectionId)!;
    seats[slot] = slot < seats.length ? merged(seats[slot]!, seat) : seat;
  }
  return { seats, slots };
}

/** Tells each life its facts. False where one of them heard of something late, see SeatLife. */
function tellAll(lives: readonly SeatLife[], slots: ReadonlyMap<string, number>, observed: readonly ObservedFact[]): boolean {
  let connection: string | null = null;
  let life: SeatLife | undefined;
  for (let index = 0; index < observed.length; index++) {
    const { connectionId, type, atMs } = observed[index]!;
    // Mostly many of one seat follow each other.
    if (connectionId !== connection) {
      connection = connectionId;
      life = lives[slots.get(connectionId) ?? -1];
    }
    if (life && !life.observe(type, atMs)) return false;
  }
  return true;
}

function answersOf(checks: readonly CheckFact[]): ArrayLike<number> {
  const answeredMs: number[] = [];
  for (const check of checks) if (check.answeredMs !== null) answeredMs.push(check.answeredMs);
  return sortNumbers(answeredMs);
}

/** Everything that turns, in time. */
function turnsOf(facts: LearnerFacts, units: readonly HeldUnit[], pack: RulePack, nowMs: number): Moment {
  const { seats, slots } = distinctSeats(facts.seats);
  const answeredMs = answersOf(facts.checks);
  const taughtFromMs = units[0]?.spans[0]?.fromMs ?? 0;
  const baseMs = seats.reduce((earliest, { connectedMs }) => Math.min(earliest, connectedMs), taughtFromMs);
  const lived = (observed: readonly ObservedFact[]): Turns | null => {
    const turns = new Turns(baseMs);
    const learner = { answeredMs, rules: pack.presence, taughtFromMs, nowMs, turns };
    const lives = seats.map((seat, slot) => new SeatLife(seat, slot, learner));
    if (!tellAll(lives, slots, observed)) return null;
    for (const life of lives) life.close();
    return turns;
  };
  // Facts mostly come in time; sorting is for those that do not.
  const turns = lived(facts.observed) ?? lived(inTime(facts.observed))!;
  for (const { reason, fromMs, toMs } of checkVoids(facts.checks, units, pack.checks, nowMs)) turns.span(-1, causes[reason], fromMs, toMs);
  for (const { fromMs, toMs } of facts.elsewhere ?? []) turns.span(-1, causes.elsewhere, fromMs, toMs);
  return turns.begin();
}

/**
 * What these facts are worth under this pack: spans ascending, in each held unit from its start to its end without a hole, neighbours of one reason joined.
 * Nothing after `nowMs` is told. Credited is `present`, what a signed sheet says, and what an approved correction credited. What was excused is told nowhere and held for nobody: like an interruption, of one learner.
 */
export function ledgerOf(facts: LearnerFacts, units: readonly HeldUnit[], pack: RulePack, nowMs: number): Ledger {
  const moment = turnsOf(facts, units, pack, nowMs);
  const ledger: Ledger = { spans: [], units: [], heldMs: 0, creditedMs: 0 };
  for (const { unitId, spans: held } of units) {
    const credit: UnitCredit = { unitId, heldMs: 0, creditedMs: 0 };
    for (const { fromMs, toMs } of facts.excused?.length ? subtractSpans(held, facts.excused) : held) write(ledger.spans, credit, moment, fromMs, Math.min(toMs, nowMs));
    ledger.units.push(credit);
    ledger.heldMs += credit.heldMs;
    ledger.creditedMs += credit.creditedMs;
  }
  return facts.corrections?.length || facts.onSite?.length ? asRetold(ledger, facts) : ledger;
}

/** The same ledger by what a sheet says and then after corrections: what was held stays as it was. */
function asRetold(ledger: Ledger, facts: LearnerFacts): Ledger {
  const spans = correctedSpans(onSiteSpans(ledger.spans, facts), facts);
  const creditedIn = (unitId: string): number => totalMs(spans.filter((span) => span.unitId === unitId && isCredited(span.reason)));
  const units = ledger.units.map((unit) => ({ ...unit, creditedMs: creditedIn(unit.unitId) }));
  return { ...ledger, spans, units, creditedMs: units.reduce((sum, { creditedMs }) => sum + creditedMs, 0) };
}

/** One held stretch, turn by turn. */
function write(spans: LedgerSpan[], credit: UnitCredit, moment: Moment, fromMs: number, toMs: number): void {
  const { unitId } = credit;
  let last = spans.at(-1);
  let creditedMs = 0;
  for (let atMs = fromMs; atMs < toMs;) {
    const untilMs = Math.min(moment.moveTo(atMs), toMs);
    const { reason } = moment;
    if (last?.toMs === atMs && last.reason === reason && last.unitId === unitId) last.toMs = untilMs;
    else spans.push(last = { unitId, fromMs: atMs, toMs: untilMs, reason });
    if (reason === 'present') creditedMs += untilMs - atMs;
    atMs = untilMs;
  }
  credit.heldMs += Math.max(0, toMs - fromMs);
  credit.creditedMs += creditedMs;
}
