// What the network did to the packets of one stream: received, lost for good, and recovered by sending again.
import { arrivedIn } from './inputs.ts';
import type { Window } from './model.ts';
import { inOrder, missingBetween } from './rtp.ts';

export interface Received { received: number; lost: number; recovered: number }

/** A packet overtaken by a later one by more than this was sent again; less is disorder on the way. */
const recoveredAfterMs = 10;

/** Figures of the packets of one SSRC, given in order of arrival, for those that arrived (or should have) in the window. */
export function receivedIn(packets: readonly { atMs: number; sequence: number }[], window: Window): Received {
  const figures: Received = { received: packets.filter(({ atMs }) => arrivedIn(window, atMs)).length, lost: 0, recovered: 0 };
  const ordered = inOrder(packets);
  // Read backwards, the earliest arrival of everything behind a packet tells whether it was overtaken.
  let earliestBehind = Infinity;
  for (let index = ordered.length - 1; index >= 0; index--) {
    const packet = ordered[index]!;
    const next = ordered[index + 1];
    if (next && arrivedIn(window, next.atMs)) figures.lost += missingBetween(packet.sequence, next.sequence);
    if (packet.atMs - earliestBehind > recoveredAfterMs && arrivedIn(window, packet.atMs)) figures.recovered++;
    earliestBehind = Math.min(earliestBehind, packet.atMs);
  }
  return figures;
}
