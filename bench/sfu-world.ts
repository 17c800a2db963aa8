// The sfu under measurement, ours or the bare library: how a teacher and viewers come in, and which processes are at work.
import type { types as ms } from 'mediasoup';
import type { ConsumerInfo, TransportInfo } from '#contracts/media.ts';
import type { Generator } from './receiver/generator.ts';
import { senderParameters } from './receiver/sender.ts';
import type { ClipWish } from './receiver/generator.ts';

export interface SfuWorld {
  /** A transport for the teacher; `produce` after it is connected. */
  openTeacher(dtlsParameters: ms.DtlsParameters): Promise<{ transport: TransportInfo; produce(parameters: Record<ms.MediaKind, ms.RtpParameters>): Promise<void> }>;
  /** A viewer's seat on the media worker under measurement. */
  openViewer(dtlsParameters: ms.DtlsParameters): Promise<{ transport: TransportInfo; consume(): Promise<ConsumerInfo[]>; resume(): Promise<void> }>;
  /** The media worker that has the viewers. */
  testedPid(): number;
  /** Other processes of it, by what they are. */
  otherPids(): Record<string, number>;
  close(): Promise<void>;
}

export const firstSsrc = 100_000;

/** Connects the teacher and sends; answers when the producers stand. */
export async function teachIn(world: SfuWorld, teacher: Generator, clip: ClipWish): Promise<void> {
  const { transport, produce } = await world.openTeacher(teacher.dtlsParameters);
  await produce(senderParameters(clip.layers.length, firstSsrc));
  await teacher.ask('teach', { ...clip, transport, firstSsrc });
}

/** One more viewer in this generator; answers when it is connected and its streams are resumed. */
export async function viewIn(world: SfuWorld, generator: Generator, key: string): Promise<void> {
  const { transport, consume, resume } = await world.openViewer(generator.dtlsParameters);
  await generator.ask('receive', { key, transport });
  for (const { kind, rtpParameters } of await consume()) await generator.ask('expect', { key, kind, rtpParameters });
  await resume();
}
