// What the server itself observed of a learner in one lesson: the only thing presence is reckoned from.
import type { CheckKind, Verdict } from '../check.ts';
import type { CorrectionWay } from '../correction.ts';
import type { Span } from '../spans.ts';

/** How a seat ended. `cut`: the socket closed by itself; `lease_expired`: no sign of life, whoever noticed; `idle`: nobody answered whether they are there; `removed`: staff took them out. */
export type LeftReason = 'left' | 'cut' | 'taken_over' | 'lease_expired' | 'lesson_ended' | 'idle' | 'removed';

/** One seat taken by one device; ms since epoch. `leftMs` null while nobody wrote its end. */
export interface SeatFact { connectionId: string; connectedMs: number; lastSeenMs: number; leftMs: number | null; leftReason: LeftReason | null }

/** Of a seat: page shown or hidden, somebody touched it, media come or do not, the delayed broadcast is watched instead. Other observations count for nothing. */
export const countingObservations = ['visible', 'hidden', 'active', 'media_connected', 'media_disconnected', 'broadcast'] as const;
export type CountingObservation = (typeof countingObservations)[number];
export interface ObservedFact { connectionId: string; type: CountingObservation; atMs: number }

/** A check that was asked and is not void; a sign-in may be for one unit. `verdict` null while it waits for the worker or a person, who may also have changed it later. */
export interface CheckFact {
  checkId: string; kind: CheckKind; unitId: string | null; askedMs: number; deadlineMs: number; answeredMs: number | null; verdict: Verdict | null;
  /** The first asking of this check, where it was asked again: of all its attempts the one asked last counts. */
  retryOf?: string | null;
  /** When its verdict came; unknown or null while there is none. */
  settledMs?: number | null;
}

/** A correction that was approved; epoch ms. */
export interface CorrectionFact extends Span { correctionId: string; way: CorrectionWay; decidedMs: number }

export interface LearnerFacts {
  seats: readonly SeatFact[]; observed: readonly ObservedFact[]; checks: readonly CheckFact[];
  /** Stretches a person took out of this learner's held time when an appeal was granted: neither credited nor held. Any order, epoch ms. */
  excused?: readonly Span[];
  /** Instants that are credited in another lesson (elsewhere.ts). Any order, epoch ms. */
  elsewhere?: readonly Span[];
  /** Approved corrections, any order (corrections.ts). */
  corrections?: readonly CorrectionFact[];
  /** Of a lesson held at a place: when they were there by the signed sheet (on-site.ts). Any order, epoch ms. */
  onSite?: readonly Span[];
}

/** A unit as it was held: from its real start to its real end, without interruptions. Ascending, disjoint. */
export interface HeldUnit { unitId: string; spans: readonly { fromMs: number; toMs: number }[] }

/**
 * Why a stretch is credited (`present`; `on_site`: at the place, by a signed sheet; `corrected`: by an approved correction) or not (`taken_back`: by one). Where several hold in one moment, the first of this list is told; one seat that counts is enough
 * to be present, and a check's reason is told only where somebody would have been. `elsewhere` only where it would be credited: it is, in another lesson.
 */
export const presenceReasons = [
  'present', 'not_signed_in', 'check_failed', 'check_missed', 'elsewhere', 'no_media', 'idle', 'hidden', 'removed', 'left', 'disconnected', 'lease_expired', 'not_joined', 'corrected', 'taken_back', 'on_site',
] as const;
export type PresenceReason = (typeof presenceReasons)[number];
export const isCredited = (reason: PresenceReason): boolean => reason === 'present' || reason === 'on_site' || reason === 'corrected';
