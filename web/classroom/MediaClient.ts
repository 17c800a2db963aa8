// Sound and picture of one classroom: keeps what should be sent and shown, and builds the stay in the media room anew until it holds.
import type { ProducerInfo } from '#contracts/media.ts';
import { kindOfSource, type Source } from '#domain/media.ts';
import { seatKeptMs } from '#domain/seat.ts';
import { MediaSession } from './MediaSession.ts';
import type { LocalTrack, MediaLink, RemoteTrack, Shown } from './media-tracks.ts';
import { firstState, step, type MediaPhase, type RecoveryInput } from './recovery.ts';
import { RequestError } from './request-error.ts';

/** The server keeps a lost seat for 30 s, and may have noticed the loss 15 s before this device did. */
const longCutMs = seatKeptMs - 15_000;

export interface MediaCallbacks {
  /** `dueInMs`: when it will be tried again by itself, from now; null where that is not known. */
  phase(phase: MediaPhase, dueInMs: number | null): void;
  remote(tracks: readonly RemoteTrack[]): void;
  local(tracks: readonly LocalTrack[]): void;
  /** What the room has, at every join. */
  joined(producers: ProducerInfo[]): void;
  /** A track of this device ended by itself: unplugged, or sharing stopped in the browser. */
  ended(source: Source): void;
  /** A track could not be sent. */
  refused(source: Source, error: RequestError): void;
  /** Media flow between this device and the room, or do not any more. */
  reached(reached: boolean): void;
  joinFailed(error: RequestError): void;
}

export class MediaClient {
  readonly #link: MediaLink;
  readonly #callbacks: MediaCallbacks;
  readonly #receives: boolean;
  readonly #local = new Map<Source, LocalTrack>();
  readonly #remote = new Map<string, RemoteTrack>();
  readonly #shown = new Map<string, number>();
  #wanted: ProducerInfo[] = [];
  #recovery = firstState;
  #session: MediaSession | null = null;
  #generation = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pageHidden = false;
  #unlinkedAtMs: number | null = null;
  #closed = false;

  private constructor(link: MediaLink, callbacks: MediaCallbacks, receives: boolean) {
    this.#receives = receives;
    this.#link = link;
    this.#callbacks = callbacks;
  }

  /** `receives` false: a device that only sends. */
  static create(link: MediaLink, callbacks: MediaCallbacks, receives = true): MediaClient { return new MediaClient(link, callbacks, receives); }

  get phase(): MediaPhase { return this.#recovery.phase; }

  /** Bytes of sound and picture that arrived in this stay; null where none can. */
  async bytesReceived(): Promise<number | null> { return (await this.#session?.bytesReceived()) ?? null; }

  async lineFigures(): Promise<{ rttMs: number | null; lostShare: number | null }> { return (await this.#session?.lineFigures()) ?? { rttMs: null, lostShare: null }; }

  // ---- coming and staying

  /** Joins as soon as the line is there, and comes back by itself from now on. */
  start(): void { this.#drive('wanted'); }
  linked(): void {
    this.#unlinkedAtMs = null;
    this.#drive('linked');
  }
  unlinked(): void {
    this.#unlinkedAtMs ??= performance.now();
    this.#drive('unlinked');
  }
  reset(): void { this.#drive('reset'); }

  /** Leaves the room; local tracks end too. */
  stop(): void {
    this.#drive('stopped');
    this.#leave();
    for (const { track } of this.#local.values()) track.stop();
    this.#local.clear();
    this.#callbacks.local([]);
  }

  #drive(input: RecoveryInput): void {
    if (this.#closed) return;
    const before = this.#recovery.phase;
    const { state, effect } = step(this.#recovery, input, performance.now(), Math.random());
    this.#recovery = state;
    clearTimeout(this.#timer);
    if (state.dueMs !== null) this.#timer = setTimeout(() => this.#drive('tick'), Math.max(0, state.dueMs - performance.now()) + 1);
    if (state.phase !== before) this.#callbacks.phase(state.phase, state.dueMs === null ? null : state.dueMs - performance.now());
    if (effect === 'join') void this.#join();
    if (effect === 'restartIce') void this.#restart();
  }

  #leave(): void {
    this.#generation++;
    if (this.#session) this.#callbacks.reached(false);
    this.#session?.close();
    this.#session = null;
  }

  async #join(): Promise<void> {
    this.#leave();
    const generation = this.#generation;
    const mine = (work: () => void) => () => { if (generation === this.#generation) work(); };
    try {
      const session = await MediaSession.create(this.#link, {
        arrived: (track) => { this.#remote.set(track.producerId, track); this.#tellRemote(); },
        left: (producerId) => { if (this.#remote.delete(producerId)) this.#tellRemote(); },
        lost: mine(() => { this.#callbacks.reached(false); this.#drive('transportLost'); }),
        up: mine(() => { this.#callbacks.reached(true); this.#drive('transportsUp'); }),
        broken: mine(() => this.#drive('restartFailed')),
      }, this.#receives);
      if (generation !== this.#generation || this.#closed) return session.close();
      this.#session = session;
      this.#callbacks.joined(session.producers);
      this.#drive('joined');
      this.#consumeAll();
      await Promise.all([...this.#local.values()].map((local) => this.#produce(local)));
    } catch (error) {
      const full = error instanceof RequestError && error.code === 'media_full';
      if (generation === this.#generation) this.#drive(full ? 'joinFull' : 'joinFailed');
      if (!(error instanceof RequestError)) throw error;
      if (generation === this.#generation) this.#callbacks.joinFailed(error);
    }
  }

  async #restart(): Promise<void> {
    const generation = this.#generation;
    try {
      await this.#session?.restartIce();
    } catch {
      if (generation === this.#generation) this.#drive('restartFailed');
    }
  }

  // ---- receiving

  /** The producers of others that should arrive; everything else is dropped. */
  sync(producers: readonly ProducerInfo[]): void {
    this.#wanted = [...producers];
    this.#consumeAll();
  }

  #consumeAll(): void {
    const session = this.#session;
    if (!session) return;
    const wanted = new Set(this.#wanted.map(({ producerId }) => producerId));
    for (const producerId of session.receivedIds) if (!wanted.has(producerId)) session.drop(producerId);
    for (const info of this.#wanted) void session.consume(info, () => this.#heightOf(info));
  }

  /** The height a producer is shown at, null while nobody looks; sound has no height and always flows. */
  #heightOf({ producerId, source }: Pick<ProducerInfo, 'producerId' | 'source'>): Shown {
    if (kindOfSource(source) === 'audio') return 0;
    return this.#pageHidden ? null : this.#shown.get(producerId) ?? null;
  }

  show(producerId: string, height: Shown): void {
    if (height === null) this.#shown.delete(producerId);
    else this.#shown.set(producerId, height);
    const info = this.#wanted.find((wanted) => wanted.producerId === producerId);
    if (info) void this.#session?.show(producerId, this.#heightOf(info));
  }

  /** While the page is hidden pictures rest and sound goes on. */
  setPageHidden(hidden: boolean): void {
    this.#pageHidden = hidden;
    for (const info of this.#wanted) void this.#session?.show(info.producerId, this.#heightOf(info));
  }

  consumerClosed(consumerId: string): void { this.#session?.dropConsumer(consumerId); }

  #tellRemote(): void { this.#callbacks.remote([...this.#remote.values()]); }

  // ---- sending

  /** Sends a track of this device from now on, through every loss, until it is stopped or ends. */
  async send(source: Source, track: MediaStreamTrack, muted = false): Promise<void> {
    const before = this.#local.get(source);
    if (before && before.track !== track) before.track.stop();
    const local: LocalTrack = { source, track, muted };
    this.#local.set(source, local);
    track.addEventListener('ended', () => {
      if (this.#local.get(source)?.track !== track) return;
      this.#callbacks.ended(source);
      void this.halt(source);
    });
    this.#tellLocal();
    await this.#produce(local);
  }

  async #produce(local: LocalTrack): Promise<void> {
    const session = this.#session;
    const { source, track } = local;
    const current = (): LocalTrack | null => { const kept = this.#local.get(source); return kept?.track === track ? kept : null; };
    if (!session || !current()) return;
    try {
      await session.produce(local);
      // Meanwhile it may have been muted or stopped.
      const now = current();
      if (now) await session.mute(source, now.muted);
      else if (!this.#local.has(source)) await session.stop(source);
    } catch (error) {
      if (session !== this.#session) return;
      if (!(error instanceof RequestError)) throw error;
      if (error.code === 'transport_not_found') this.#drive('restartFailed');
      else if (error.code !== 'unreachable') this.#callbacks.refused(local.source, error);
    }
  }

  /**
   * After a cut the room may have given this seat up: then everything is built anew. Who sends sees it by the own producers;
   * who only receives cannot see it, and joins anew after a long cut.
   */
  verify(producers: readonly ProducerInfo[]): void {
    if (this.phase !== 'up') return;
    const known = new Set(producers.map(({ producerId }) => producerId));
    const sent = [...this.#local.keys()].flatMap((source) => this.#session?.sends(source) ?? []);
    const away = this.#unlinkedAtMs === null ? 0 : performance.now() - this.#unlinkedAtMs;
    const lost = sent.length > 0 ? sent.some((producerId) => !known.has(producerId)) : away > longCutMs;
    if (lost) this.#drive('reset');
  }

  async mute(source: Source, muted: boolean): Promise<void> {
    const local = this.#local.get(source);
    if (!local) return;
    this.#local.set(source, { ...local, muted });
    local.track.enabled = !muted;
    this.#tellLocal();
    await this.#command((session) => session.mute(source, muted));
  }

  /** A change the room did not hear of is told by joining anew as soon as there is a line. */
  async #command(work: (session: MediaSession) => Promise<void>): Promise<void> {
    const session = this.#session;
    try {
      if (session) await work(session);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (session === this.#session && error.code !== 'producer_not_found') this.#drive('restartFailed');
    }
  }

  /** Stops sending a source and lets its device go. */
  async halt(source: Source): Promise<void> {
    const local = this.#local.get(source);
    if (!local) return;
    this.#local.delete(source);
    local.track.stop();
    this.#tellLocal();
    await this.#command((session) => session.stop(source));
  }

  localTrack(source: Source): LocalTrack | null { return this.#local.get(source) ?? null; }

  async wanted(producerId: string, maxSpatialLayer: number): Promise<void> { await this.#session?.wanted(producerId, maxSpatialLayer); }

  #tellLocal(): void { this.#callbacks.local([...this.#local.values()]); }

  close(): void {
    if (this.#closed) return;
    this.stop();
    clearTimeout(this.#timer);
    this.#closed = true;
  }
}
