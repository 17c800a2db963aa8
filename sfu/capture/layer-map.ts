// Which of the producer's own SSRCs stands behind which layer of the log: Sender Reports name the former, packets the latter.
import type { types as ms } from 'mediasoup';

export interface Layer { ssrc: number; rid?: string; producerSsrc?: number }

/** The layers as far as the sender declared them, lowest first. A sender that uses RIDs tells its SSRCs only by sending. */
export function declaredLayers(producer: ms.Producer, consumer: ms.Consumer): Layer[] {
  return (consumer.rtpParameters.encodings ?? []).flatMap((encoding, index) => {
    const declared = producer.rtpParameters.encodings?.[index];
    if (encoding.ssrc === undefined) return [];
    return [{ ssrc: encoding.ssrc, ...(declared?.rid && { rid: declared.rid }), ...(declared?.ssrc && { producerSsrc: declared.ssrc }) }];
  });
}

export const unknownLayers = (layers: Layer[]): boolean => layers.some((layer) => layer.producerSsrc === undefined);

/** The layers with what the producer's streams tell by now, or null when that is nothing new. */
export function learnedLayers(layers: Layer[], streams: { ssrc: number; rid?: string }[]): Layer[] | null {
  let learned = false;
  const next = layers.map((layer) => {
    const stream = layer.rid ? streams.find(({ rid }) => rid === layer.rid) : layers.length === 1 ? streams[0] : undefined;
    if (!stream || stream.ssrc === layer.producerSsrc) return layer;
    learned = true;
    return { ...layer, producerSsrc: stream.ssrc };
  });
  return learned ? next : null;
}
