// One stay in the media room: a transport each way, what is sent, what arrives. Built anew after a loss; the tracks outlive it.
import type { types as client } from 'mediasoup-client';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Source } from '#domain/media.ts';
import { deviceFor } from './media-device.ts';
import type { LocalTrack, MediaLink, RemoteTrack } from './media-tracks.ts';
import { produceOptions } from './produce-options.ts';
import { RequestError } from './request-error.ts';
import { ReceivedTrack } from './ReceivedTrack.ts';

export interface SessionCallbacks {
  arrived(track: RemoteTrack): void;
  left(producerId: string): void;
  lost(): void;
  up(): void;
  /** The room does not know this stay any more. */
  broken(): void;
}

/** Refusals that concern one track, not the stay. */
const ofOneTrack = ['producer_not_found', 'cannot_consume', 'consumer_not_found'];

export class MediaSession {
  readonly producers: ProducerInfo[];
  readonly #link: MediaLink;
  readonly #callbacks: SessionCallbacks;
  readonly #device: client.Device;
  readonly #receive: client.Transport | null;
  #send: Promise<client.Transport> | null = null;
  readonly #transports = new Set<client.Transport>();
  readonly #received = new Map<string, ReceivedTrack | null>();
  readonly #sent = new Map<Source, client.Producer>();
  #encoding: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(link: MediaLink, callbacks: SessionCallbacks, device: client.Device, producers: ProducerInfo[], receive: client.TransportOptions | null) {
    this.#link = link;
    this.#callbacks = callbacks;
    this.#device = device;
    this.producers = producers;
    this.#receive = receive && this.#adopt(device.createRecvTransport(receive));
  }

  /** `receives` false: it only sends. */
  static async create(link: MediaLink, callbacks: SessionCallbacks, receives: boolean): Promise<MediaSession> {
    const { rtpCapabilities, producers } = await link.request('media:join', {});
    const [device, receive] = await Promise.all([
      deviceFor(rtpCapabilities as client.RtpCapabilities), receives ? link.request('media:createTransport', { direction: 'receive' }) : null,
    ]);
    if (!receive) return new MediaSession(link, callbacks, device, producers, null);
    const { transportId, ...rest } = receive;
    return new MediaSession(link, callbacks, device, producers, { id: transportId, ...rest });
  }

  #adopt(transport: client.Transport): client.Transport {
    this.#transports.add(transport);
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      this.#link.request('media:connectTransport', { transportId: transport.id, dtlsParameters }).then(() => done(), fail);
    });
    transport.on('connectionstatechange', (state) => {
      if (this.#closed) return;
      if (state === 'disconnected' || state === 'failed') this.#callbacks.lost();
      if (state === 'connected' && this.#lostTransports().length === 0) this.#callbacks.up();
    });
    return transport;
  }

  #lostTransports(): client.Transport[] {
    return [...this.#transports].filter((transport) => ['disconnected', 'failed'].includes(transport.connectionState));
  }

  async restartIce(): Promise<void> {
    const lost = this.#lostTransports();
    await Promise.all(lost.map(async (transport) => {
      const { iceParameters, iceServers } = await this.#link.request('media:restartIce', { transportId: transport.id });
      // Those the transport was made with may have expired.
      if (iceServers) await transport.updateIceServers({ iceServers });
      await transport.restartIce({ iceParameters });
    }));
    if (!this.#closed && this.#lostTransports().length === 0) this.#callbacks.up();
  }

  // ---- receiving

  async consume(info: ProducerInfo, heightOf: () => number | null): Promise<void> {
    const { producerId, personId, source } = info;
    if (this.#closed || !this.#receive || this.#received.has(producerId)) return;
    this.#received.set(producerId, null);
    try {
      const answer = await this.#link.request('media:consume', { producerId, rtpCapabilities: this.#device.recvRtpCapabilities });
      if (this.#closed || !this.#received.has(producerId)) return;
      const consumer = await this.#receive.consume({ id: answer.consumerId, producerId, kind: answer.kind, rtpParameters: answer.rtpParameters as client.RtpParameters });
      if (this.#closed || !this.#received.has(producerId)) return consumer.close();
      const received = new ReceivedTrack(this.#link, consumer, source);
      this.#received.set(producerId, received);
      // The element gets its track first; a picture that arrives before would lose its key frame.
      this.#callbacks.arrived({ producerId, consumerId: consumer.id, personId, source, track: consumer.track });
      await received.show(heightOf());
    } catch (error) {
      this.#received.delete(producerId);
      this.#judge(error);
    }
  }

  async show(producerId: string, height: number | null): Promise<void> {
    try {
      await this.#received.get(producerId)?.show(height);
    } catch (error) {
      this.#judge(error);
    }
  }

  #judge(error: unknown): void {
    if (this.#closed) return;
    if (!(error instanceof RequestError)) throw error;
    // Without an answer the line is gone: what follows from that is decided there.
    if (error.code !== 'unreachable' && !ofOneTrack.includes(error.code)) this.#callbacks.broken();
  }

  drop(producerId: string): void {
    const received = this.#received.get(producerId);
    if (!this.#received.delete(producerId)) return;
    received?.close();
    this.#callbacks.left(producerId);
  }

  dropConsumer(consumerId: string): void {
    for (const [producerId, received] of this.#received) if (received?.consumerId === consumerId) this.drop(producerId);
  }

  /** By all that came over the receiving transport; null while it is not connected. */
  async bytesReceived(): Promise<number | null> {
    if (this.#closed || this.#receive?.connectionState !== 'connected') return null;
    let bytes: number | null = null;
    for (const entry of (await this.#receive.getStats()).values() as Iterable<{ type: string; bytesReceived?: number }>) {
      if (entry.type === 'candidate-pair' && entry.bytesReceived !== undefined) bytes = (bytes ?? 0) + entry.bytesReceived;
    }
    return bytes;
  }

  /** How what arrives is doing, for a report of trouble: the way there and back, and the share of packets that were lost so far; null where it is not known. */
  async lineFigures(): Promise<{ rttMs: number | null; lostShare: number | null }> {
    let rttMs: number | null = null;
    let [received, lost] = [0, 0];
    const stats = this.#closed ? null : await this.#receive?.getStats();
    for (const entry of (stats?.values() ?? []) as Iterable<{ type: string; nominated?: boolean; currentRoundTripTime?: number; packetsReceived?: number; packetsLost?: number }>) {
      if (entry.type === 'candidate-pair' && entry.nominated && entry.currentRoundTripTime !== undefined) rttMs = entry.currentRoundTripTime * 1000;
      if (entry.type === 'inbound-rtp') [received, lost] = [received + (entry.packetsReceived ?? 0), lost + Math.max(0, entry.packetsLost ?? 0)];
    }
    return { rttMs, lostShare: received + lost === 0 ? null : lost / (received + lost) };
  }

  get receivedIds(): string[] { return [...this.#received.keys()]; }

  // ---- sending

  async #openSend(): Promise<client.Transport> {
    const { transportId, ...rest } = await this.#link.request('media:createTransport', { direction: 'send' });
    const transport = this.#adopt(this.#device.createSendTransport({ id: transportId, ...rest }));
    transport.on('produce', ({ kind, rtpParameters, appData }, done, fail) => {
      const { source, paused } = appData as { source: Source; paused: boolean };
      this.#link.request('media:produce', { transportId, kind, source, rtpParameters, paused }).then(({ producerId }) => done({ id: producerId }), fail);
    });
    return transport;
  }

  /** Sends a track; an older one of the same source ends. Throws RequestError. */
  async produce(local: LocalTrack): Promise<void> {
    this.#sent.get(local.source)?.close();
    this.#sent.delete(local.source);
    const transport = await (this.#send ??= this.#openSend().catch((error: unknown) => {
      this.#send = null;
      throw error;
    }));
    if (this.#closed || local.track.readyState === 'ended') return;
    const producer = await transport.produce({
      ...produceOptions(local.source, local.track), track: local.track, stopTracks: false,
      appData: { source: local.source, paused: local.muted },
    });
    if (this.#closed) return producer.close();
    this.#sent.set(local.source, producer);
    if (local.muted) producer.pause();
  }

  async mute(source: Source, muted: boolean): Promise<void> {
    const producer = this.#sent.get(source);
    if (!producer || producer.paused === muted) return;
    if (muted) producer.pause();
    else producer.resume();
    await this.#link.request(muted ? 'media:pauseProducer' : 'media:resumeProducer', { producerId: producer.id });
  }

  async stop(source: Source): Promise<void> {
    const producer = this.#sent.get(source);
    if (!producer) return;
    this.#sent.delete(source);
    producer.close();
    await this.#link.request('media:closeProducer', { producerId: producer.id });
  }

  /** The highest layer anybody needs; -1: nobody needs any. Only the encoder rests: others see no change. */
  async wanted(producerId: string, maxSpatialLayer: number): Promise<void> {
    // One change after the other: a browser refuses parameters that were read before the last change.
    this.#encoding = this.#encoding.then(async () => {
      const producer = [...this.#sent.values()].find(({ id }) => id === producerId);
      const sender = producer?.rtpSender;
      if (!producer || producer.closed || !sender || producer.kind === 'audio') return;
      const parameters = sender.getParameters();
      parameters.encodings.forEach((encoding, index) => { encoding.active = index <= maxSpatialLayer; });
      await sender.setParameters(parameters);
    });
    await this.#encoding;
  }

  sends(source: Source): string | null { return this.#sent.get(source)?.id ?? null; }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const transport of this.#transports) transport.close();
    for (const producerId of [...this.#received.keys()]) this.drop(producerId);
    this.#sent.clear();
  }
}
