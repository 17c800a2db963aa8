// A producer of mediasoup with what the room knows about it.
import type { types as ms } from 'mediasoup';
import type { SfuProducer } from '#contracts/sfu-control.ts';
import type { Source } from '#domain/media.ts';

/**
 * Joins of a whole class within a moment share key frames. More than 300 ms, because Chromium ignores a request that soon after the
 * last one, and mediasoup asks again only after a second: a viewer's first picture would wait for that.
 */
export const keyFrameRequestDelay = 340;
export const mostLayers = 3;

/** `closeReason` is set by whoever closes it on purpose, before closing. `from`: the node it is piped from; not set where its sender is. `always`: forwarded, whoever is louder. `ownerId`: whose companion sends it. */
export type ProducerFacts = { peerId: string; ownerId?: string; source: Source; from?: string; always?: boolean; closeReason?: string };
export type MediaProducer = ms.Producer<ProducerFacts>;

/** Whose it is: its sender's, or the one's whose companion that is. */
export const ownerOf = ({ appData }: MediaProducer): string => appData.ownerId ?? appData.peerId;

/** Closes with a reason that ends up in the capture. */
export function closeProducer(producer: MediaProducer, reason: string): void {
  producer.appData.closeReason ??= reason;
  producer.close();
}

/** Index of the highest simulcast layer; 0 without simulcast. */
export const topLayer = (producer: ms.Producer): number => Math.max(0, (producer.rtpParameters.encodings?.length ?? 1) - 1);

export const describeProducer = (producer: MediaProducer): SfuProducer => ({
  producerId: producer.id, peerId: ownerOf(producer), kind: producer.kind, source: producer.appData.source, paused: producer.paused,
});
