// How well the recorded clocks agree, and what the network lost: kept with every chunk.
import type { SyncFigures } from './model.ts';
import type { Track } from './tracks.ts';

/** Reports farther off, and the farthest tenth of a stream's, lie: the fit did not follow them. */
const strayMs = 500;
const believed = 0.9;

/** Largest distance between sound and picture that the Sender Reports of any participant admit, and how they were used. */
export function syncFigures(tracks: readonly Track[]): SyncFigures {
  const streams = tracks.flatMap((track) => track.streams.map((stream) => ({ kind: track.kind, participant: track.participant, stream })));
  const trusted = streams.filter(({ stream }) => stream.clock.method !== 'arrival');
  const typical = (reports: readonly { residualMs: number }[]): number[] => {
    const near = reports.map(({ residualMs }) => residualMs).filter((residual) => Math.abs(residual) < strayMs);
    return near.toSorted((one, other) => Math.abs(one) - Math.abs(other)).slice(0, Math.ceil(near.length * believed));
  };
  let maxAudioVideoOffsetMs = 0;
  for (const sound of trusted.filter(({ kind }) => kind === 'audio')) {
    for (const picture of trusted.filter(({ kind, participant }) => kind === 'video' && participant === sound.participant)) {
      const [soundOff, pictureOff] = [typical(sound.stream.reports), typical(picture.stream.reports)];
      const spread = [Math.max(0, ...soundOff) - Math.min(0, ...pictureOff), Math.max(0, ...pictureOff) - Math.min(0, ...soundOff)];
      maxAudioVideoOffsetMs = Math.max(maxAudioVideoOffsetMs, ...spread);
    }
  }
  const sum = (of: (track: Track) => number): number => tracks.reduce((total, track) => total + of(track), 0);
  return {
    maxAudioVideoOffsetMs: Math.round(maxAudioVideoOffsetMs * 10) / 10,
    usedReports: streams.reduce((total, { stream }) => total + stream.clock.usedReports, 0),
    rejectedReports: streams.reduce((total, { stream }) => total + stream.clock.rejectedReports, 0),
    streamsWithoutReports: streams.length - trusted.length,
    receivedPackets: sum(({ received }) => received.received), lostPackets: sum(({ received }) => received.lost),
    recoveredPackets: sum(({ received }) => received.recovered), damagedBytes: sum(({ damagedBytes }) => damagedBytes),
  };
}
