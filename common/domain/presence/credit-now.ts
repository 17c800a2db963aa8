// Whether a learner's time counts right now, since when, and when that turns by itself: the ledger, asked about a while ahead in which nothing more happens (R22, R23).
import { heldUnits, type InterruptionFact, type UnitFact } from '../attendance.ts';
import type { RulePack } from '../rules/rule-pack.ts';
import type { LearnerFacts, PresenceReason } from './facts.ts';
import { ledgerOf, type LedgerSpan, type UnitCredit } from './ledger.ts';

/** Units that began, and what was lost of them. */
export interface TaughtFacts { units: readonly UnitFact[]; interruptions: readonly InterruptionFact[] }

export interface CreditNow {
  /** The moment all this is told of; ms since epoch. */
  atMs: number;
  /** Null while nothing is held: not begun, interrupted, over. Credited is `present` alone. */
  reason: PresenceReason | null;
  sinceMs: number;
  /** What it turns to by itself, if nobody does anything; null where nothing of the kind is near. */
  next: { atMs: number; reason: PresenceReason } | null;
  /** The unit that runs, or that was held last; null before the first. */
  unit: UnitCredit | null;
  heldMs: number;
  creditedMs: number;
}

/** Longer than any pack's grace or idle limit, so that each is foreseen. */
export const lookAheadMs = 30 * 60_000;

const sumOf = (spans: readonly LedgerSpan[], counts: (span: LedgerSpan) => boolean): number =>
  spans.reduce((sum, span) => (counts(span) ? sum + span.toMs - span.fromMs : sum), 0);

/** A seat that lives now is taken to live on; everything else stays as it was observed. */
export function creditNow(facts: LearnerFacts, taught: TaughtFacts, pack: RulePack, nowMs: number): CreditNow {
  const aheadMs = nowMs + lookAheadMs;
  const { units } = heldUnits(taught.units, taught.interruptions, new Date(aheadMs));
  const seats = facts.seats.map((seat) => (seat.leftMs === null && seat.lastSeenMs + pack.presence.leaseMs > nowMs ? { ...seat, lastSeenMs: aheadMs } : seat));
  // What counts in another lesson until now goes on counting there.
  const elsewhere = facts.elsewhere?.map((span) => (span.toMs >= nowMs ? { ...span, toMs: aheadMs } : span)) ?? [];
  const { spans } = ledgerOf({ ...facts, seats, elsewhere }, units, pack, aheadMs);
  const index = spans.findIndex(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  const [current, after] = index < 0 ? [] : [spans[index], spans[index + 1]];
  const past = spans.filter(({ fromMs }) => fromMs < nowMs).map((span) => (span.toMs <= nowMs ? span : { ...span, toMs: nowMs }));
  const unitId = current?.unitId ?? past.at(-1)?.unitId ?? null;
  const ofUnit = past.filter((span) => span.unitId === unitId);
  return {
    atMs: nowMs, reason: current?.reason ?? null, sinceMs: current?.fromMs ?? nowMs,
    next: current && after?.fromMs === current.toMs ? { atMs: after.fromMs, reason: after.reason } : null,
    unit: unitId === null ? null : { unitId, heldMs: sumOf(ofUnit, () => true), creditedMs: sumOf(ofUnit, ({ reason }) => reason === 'present') },
    heldMs: sumOf(past, () => true), creditedMs: sumOf(past, ({ reason }) => reason === 'present'),
  };
}

/** The same at a later moment, as far as it was foreseen: what both the page and the server reckon between two tellings. */
export function creditAt(credit: CreditNow, nowMs: number): CreditNow {
  const { atMs, reason, next } = credit;
  if (reason === null || nowMs <= atMs) return credit;
  const turned = next !== null && next.atMs <= nowMs ? next : null;
  const beforeMs = (turned ? Math.max(atMs, turned.atMs) : nowMs) - atMs;
  const heldMs = nowMs - atMs;
  const creditedMs = (reason === 'present' ? beforeMs : 0) + (turned?.reason === 'present' ? heldMs - beforeMs : 0);
  return {
    atMs: nowMs, reason: turned?.reason ?? reason, sinceMs: turned?.atMs ?? credit.sinceMs, next: turned ? null : next,
    unit: credit.unit && { unitId: credit.unit.unitId, heldMs: credit.unit.heldMs + heldMs, creditedMs: credit.unit.creditedMs + creditedMs },
    heldMs: credit.heldMs + heldMs, creditedMs: credit.creditedMs + creditedMs,
  };
}
