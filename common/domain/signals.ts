// Signals that a check may have been faked: their kinds, how strong each is, and in which order a person looks at them (R103, R158). A signal
// never decides anything: no verdict and no credit follows from it, however strong.

export const signalKinds = [
  'virtual_camera', 'repeated_picture', 'frozen_picture', 'same_face', 'shared_device', 'nonce_mismatch', 'low_liveness',
] as const;
export type SignalKind = (typeof signalKinds)[number];

/** Figures and codes that explain a signal to a person; never a name, a text somebody wrote, or a picture. */
export type SignalFacts = Record<string, string | number | boolean | null>;

/** `open` waits for somebody to look; `settled` was looked at, and opens again when it is seen once more. */
export const signalStatuses = ['open', 'settled'] as const;
export type SignalStatus = (typeof signalStatuses)[number];

/** A signal as the ranking wants it. `strength` 0..1; instants in ms since epoch; `count`: at how many moments it was seen. */
export interface SeenSignal {
  signalId: string; kind: SignalKind; strength: number; personId: string; lessonId: string | null; checkId: string | null; otherPersonIds: readonly string[];
  facts: SignalFacts; firstSeenMs: number; lastSeenMs: number; count: number;
}

/** Why a line counts as it does: seen once, seen again, or weaker than the strongest of its kind, which alone counts for that kind. */
export const lineReasons = ['once', 'repeated', 'same_kind'] as const;
export type LineReason = (typeof lineReasons)[number];
export interface SignalLine extends SeenSignal {
  why: LineReason;
  /** What it adds to the sum before kinds are put together, 0..1. */
  weight: number;
}
export interface RankedLearner {
  personId: string; lessonId: string | null;
  /** 0..1: one strong kind is enough to come far up, several kinds that agree come further. */
  weight: number;
  /** Strongest first. */
  lines: SignalLine[];
  lastSeenMs: number;
}

/** Below this a learner is not put into the queue; the signal stays on record all the same. */
export const leastRanked = 0.2;
/** Seen again and again, a weak sign becomes stronger, but never as strong as a strong one. */
const repeatGain = 0.15;
const repeatMost = 0.85;

/** A weight never depends on the order in which signals were raised. */
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

function weightOf({ strength, count }: SeenSignal): number {
  const again = Math.min(5, Math.max(0, count - 1));
  const doubt = (1 - strength) * (1 - repeatGain) ** again;
  return again === 0 ? strength : Math.max(strength, Math.min(repeatMost, 1 - doubt));
}

const strongestFirst = (one: { weight: number; lastSeenMs: number; signalId: string }, other: { weight: number; lastSeenMs: number; signalId: string }): number =>
  other.weight - one.weight || other.lastSeenMs - one.lastSeenMs || (one.signalId < other.signalId ? -1 : 1);

const keyOf = ({ personId, lessonId }: { personId: string; lessonId: string | null }): string => `${personId}/${lessonId ?? ''}`;

function rankOne(signals: readonly SeenSignal[]): RankedLearner {
  const first = signals[0]!;
  const sorted = signals.map((signal) => ({ ...signal, weight: rounded(weightOf(signal)) })).sort(strongestFirst);
  const kinds = new Set<SignalKind>();
  let doubt = 1;
  const lines = sorted.map((line): SignalLine => {
    if (kinds.has(line.kind)) return { ...line, weight: 0, why: 'same_kind' };
    kinds.add(line.kind);
    doubt *= 1 - line.weight;
    return { ...line, why: line.count > 1 ? 'repeated' : 'once' };
  });
  return { personId: first.personId, lessonId: first.lessonId, weight: rounded(1 - doubt), lines, lastSeenMs: Math.max(...lines.map(({ lastSeenMs }) => lastSeenMs)) };
}

/**
 * Per learner and lesson, the one most worth a look first; each line says why it counts. The same signals in any order give the same. Ranks and
 * explains only: what follows is for a person to say.
 */
export function rankSignals(signals: readonly SeenSignal[]): RankedLearner[] {
  const groups = new Map<string, SeenSignal[]>();
  for (const signal of signals) {
    const group = groups.get(keyOf(signal));
    if (group) group.push(signal);
    else groups.set(keyOf(signal), [signal]);
  }
  return [...groups.values()].map(rankOne)
    .sort((one, other) => other.weight - one.weight || other.lastSeenMs - one.lastSeenMs || (keyOf(one) < keyOf(other) ? -1 : 1));
}
