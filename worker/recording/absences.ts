// When nothing could be captured and why: no node, a sender that went away, or nobody who sent. Closing a source on purpose is none.
import type { ReadCapture } from './capture-reader.ts';
import type { Life } from './life.ts';
import type { Window } from './model.ts';
import { merged, uncovered, without, type Span } from './spans.ts';
import type { Unusable } from './tracks.ts';

/** Without any producer for so long, the time counts as not captured. */
const emptyMs = 1000;
/** A camera or microphone sends many times a second: one that was silent for so long before it was closed had gone already. */
const silentMs = 3000;
const steady = new Set(['camera', 'microphone']);

/** Reasons the sfu closes captures with (sfu/README.md) when it was nobody's wish. */
const goneReasons = new Set(['transportClosed', 'rejoined']);
const nodeReasons = new Set(['workerDied', 'nodeStopped']);

interface Loss { reason: 'node_down' | 'sender_gone'; fromMs: number }

/** Why and when a capture ended against everybody's wish; null when it was closed on purpose, or is open. */
function lossOf(life: Life): Loss | null {
  const silentSince = life.lastPacketMs ?? life.openMs;
  const pausedAtEnd = life.paused.some(({ toMs }) => toMs >= life.closeMs);
  if (life.closeReason === null || nodeReasons.has(life.closeReason)) {
    // A camera's last packet on file tells best when a node went: what it still had in memory is lost. Silence of a microphone may be no loss.
    const told = life.source === 'camera' && !pausedAtEnd && life.closeMs - silentSince < silentMs;
    return { reason: 'node_down', fromMs: told ? silentSince : life.closeMs };
  }
  if (steady.has(life.source) && !pausedAtEnd && life.closeMs - silentSince >= silentMs) return { reason: 'sender_gone', fromMs: silentSince };
  return goneReasons.has(life.closeReason) ? { reason: 'sender_gone', fromMs: life.closeMs } : null;
}

/** Until the same person's same source is captured again; for good when it never is. */
function absenceOf(life: Life, lives: readonly Life[]): Unusable[] {
  const loss = lossOf(life);
  if (!loss) return [];
  const again = lives.filter((other) => other !== life && other.peerId === life.peerId && other.source === life.source && other.openMs >= life.openMs && other.closeMs > loss.fromMs);
  // A phone that was closed while it filmed has done its work: only what it missed before it came back is a gap.
  if (life.source === 'documentCamera' && loss.reason === 'sender_gone' && again.length === 0) return [];
  const toMs = again.reduce((first, other) => Math.min(first, Math.max(other.openMs, loss.fromMs)), Infinity);
  // Who was silent for ever with a muted source is not missed.
  return without({ fromMs: loss.fromMs, toMs }, life.paused.filter((pause) => pause.toMs >= life.closeMs).map((pause) => ({ ...pause, toMs: Infinity })))
    .map((span) => ({ producerId: life.producerId, reason: loss.reason, span }));
}

/** The part of `lives` that matters is their beginning, end and reason: those of the whole session, not of the window. */
export function absences(lives: readonly Life[], window: Window): Unusable[] {
  const losses = lives.flatMap((life) => absenceOf(life, lives));
  const open = lives.map(({ openMs, closeMs }): Span => ({ fromMs: openMs, toMs: closeMs }));
  const explained = merged([...open, ...losses.flatMap(({ span }) => (span ? [span] : []))]);
  const begun = lives.reduce((first, { openMs }) => Math.min(first, openMs), Infinity);
  // Behind the first source, time without any is either explained by a loss or wished.
  const holes = uncovered(explained, window.fromMs, Math.min(window.toMs, begun)).filter(({ fromMs, toMs }) => toMs - fromMs >= emptyMs);
  const inWindow = (span: Span | null): boolean => span !== null && span.fromMs < window.toMs && span.toMs > window.fromMs && span.toMs > span.fromMs;
  return [...losses.filter(({ span }) => inWindow(span)), ...holes.map((span): Unusable => ({ producerId: '', reason: 'nothing_captured', span }))];
}

/** What the sfu had to drop because it could not be written and no memory was left. */
export function droppedSpans(capture: ReadCapture<unknown>): Span[] {
  return capture.events.filter(({ type }) => type === 'dropped').map((event) => {
    const fromUs = event.data?.['fromUs'];
    return { fromMs: typeof fromUs === 'number' ? capture.header.startWallMs + fromUs / 1000 : event.atMs, toMs: event.atMs };
  }).filter(({ fromMs, toMs }) => toMs > fromMs);
}
