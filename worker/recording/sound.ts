// Voices of a unit: every packet of sound of one person's source in one lane, in order, whatever captures it came in.
import type { SoundTrack, TimedPacket } from './tracks.ts';

export interface LanePacket { packet: TimedPacket; file: string }
export interface Lane { peerId: string; packets: LanePacket[] }

/** Decoders need this long before a cut to be steady (RFC 7845, 4.6). */
const leadInMs = 80;
const smallestStepMs = 1;

/** A later capture of the same source replaces the earlier one from its first packet on. */
function joined(tracks: readonly SoundTrack[]): LanePacket[] {
  const ordered = tracks.toSorted((one, other) => one.openMs - other.openMs);
  const starts = ordered.map((track) => track.streams[0]?.items[0]?.ms ?? Infinity);
  return ordered.flatMap((track, index) => {
    const endMs = Math.min(Infinity, ...starts.slice(index + 1));
    return (track.streams[0]?.items ?? []).filter((packet) => packet.ms < endMs).map((packet) => ({ packet, file: track.files[packet.file]! }));
  });
}

/** Lanes with sound between `fromMs` and `toMs`; times rise strictly within each. */
export function lanesOf(tracks: readonly SoundTrack[], fromMs: number, toMs: number): Lane[] {
  const groups = Map.groupBy(tracks, (track) => `${track.peerId} ${track.source}`);
  return [...groups.values()].map((group): Lane => {
    let before = fromMs - leadInMs - smallestStepMs;
    const packets = joined(group).filter(({ packet }) => {
      if (packet.ms >= toMs || packet.ms < before + smallestStepMs) return false;
      before = packet.ms;
      return true;
    });
    return { peerId: group[0]!.peerId, packets };
  }).filter((lane) => lane.packets.length > 0);
}

/** Sound that was sent and never came, where it is long enough to be heard as a hole. */
export function soundLosses(track: SoundTrack, longerThanMs = 200): { fromMs: number; toMs: number }[] {
  const packets = track.streams[0]?.items ?? [];
  return packets.flatMap((packet, index) => {
    const before = packets[index - 1];
    if (!before || packet.lostBefore === 0) return [];
    const [fromMs, toMs] = [before.ms + before.durationMs, packet.ms];
    return toMs - fromMs > longerThanMs ? [{ fromMs, toMs }] : [];
  });
}
