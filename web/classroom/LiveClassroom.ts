// One visit to a classroom: the line, the media and the store, and what follows from what.
import type { InjectionKey } from 'vue';
import type { RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import { LiveStreamSwitch } from '../live-stream/LiveStreamSwitch.ts';
import { useLiveStream } from '../live-stream/live-stream-store.ts';
import { rest } from '../rest.ts';
import { serverNow } from '../clock.ts';
import { withResults, type ClassroomState } from './classroom-state.ts';
import type { useClassroom } from './classroom-store.ts';
import { ClassroomConnection, type RequestName, type ServerEvent } from './connection.ts';
import { deviceId } from './device-id.ts';
import { preloadMedia } from './media-device.ts';
import { MediaClient } from './MediaClient.ts';
import { OwnDevices } from './OwnDevices.ts';
import { withPrivates } from './private-state.ts';
import { PresenceReporter } from './PresenceReporter.ts';
import { codeOf, RequestError } from './request-error.ts';
import { arrivingProducers, mediaFlows, publishes } from './stage-choice.ts';

type Store = ReturnType<typeof useClassroom>;
export const liveClassroomKey: InjectionKey<LiveClassroom> = Symbol('live classroom');

export class LiveClassroom {
  readonly media: MediaClient;
  readonly devices: OwnDevices;
  /** Between the live picture and the delayed broadcast. */
  readonly stream: LiveStreamSwitch;
  readonly #store: Store;
  readonly #broadcast = useLiveStream();
  readonly #presence: PresenceReporter;
  #connection: ClassroomConnection | null = null;
  #publishing = false;
  #closed = false;

  private constructor(store: Store) {
    this.#store = store;
    const request: ClassroomConnection['request'] = (name, data) => this.request(name, data);
    this.media = MediaClient.create({ request }, {
      phase: (phase, dueInMs) => store.turnMedia(phase, dueInMs === null ? null : serverNow() + dueInMs),
      remote: (tracks) => { store.remote = tracks; },
      local: (tracks) => { store.local = tracks; },
      joined: (producers) => {
        this.stream.seated();
        store.change((state) => ({ ...state, producers, goneProducers: [] }));
        this.#follow();
      },
      ended: (source) => { if (source !== 'screen' && source !== 'screenAudio') store.tell('warn', `classroom.device.lost.${source}`); },
      refused: (_source, error) => store.tell('bad', `errors.${error.code}`),
      reached: (reached) => this.stream.reached(reached),
      joinFailed: ({ code }) => {
        if (code === 'media_full') this.stream.refused('full');
        if (code === 'media_unavailable') this.stream.refused('away');
      },
    });
    this.stream = LiveStreamSwitch.create(this.#broadcast, () => this.#follow());
    this.devices = new OwnDevices(this.media, (tone, key) => store.tell(tone, key));
    this.#presence = new PresenceReporter((report) => this.request('presence:report', report), () => this.#playing(), () => {
      store.change((state) => ({ ...state, stillThereUntilMs: null }));
    });
  }

  /** Opens line and media side by side; nothing waits for camera or microphone. */
  static create(lessonId: string, store: Store): LiveClassroom {
    store.clear();
    const live = new LiveClassroom(store);
    preloadMedia().catch(() => store.tell('bad', 'classroom.media.unsupported'));
    void live.#connect(lessonId);
    return live;
  }

  async #connect(lessonId: string): Promise<void> {
    const store = this.#store;
    const connection = await ClassroomConnection.create(lessonId, deviceId(), {
      phase: (phase, code) => {
        store.link = { phase, code };
        if (phase === 'entered') this.#entered();
        else {
          this.media.unlinked();
          // What counted before the cut says nothing about now: the server tells anew.
          store.change((state) => ({ ...state, credit: null }));
        }
        if (phase === 'taken' || phase === 'idle' || phase === 'refused') this.media.stop();
        if (phase === 'taken' || phase === 'idle') this.#publishing = false;
      },
      entered: (snapshot) => {
        store.enter(snapshot);
        this.media.verify(snapshot.producers);
        this.#follow();
      },
      event: (event) => this.#told(event),
      queued: (place) => { store.place = place; },
    }, () => rest('GET /api/health').then(({ ok }) => ok, () => false));
    this.#connection = connection;
    if (this.#closed) connection.close();
  }

  #entered(): void {
    this.media.linked();
    this.#presence.reportSoon();
    if (this.#store.staff) void this.loadResults();
    if (this.#store.staff) void this.loadChecks();
    if (this.#store.staff) void this.loadQuestions();
    // What was said while the line was cut: whoever knows all of it, as most do, asks nothing.
    if (this.#store.state && this.#store.state.chat.privateCount !== this.#store.state.privates.length) void this.loadPrivates();
  }

  #told(event: ServerEvent): void {
    this.#store.apply(event);
    if (event.name === 'presence:asked') this.#presence.ask();
    if (event.name === 'media:wanted') void this.media.wanted(event.data.producerId, event.data.maxSpatialLayer);
    if (event.name === 'media:consumerClosed') this.media.consumerClosed(event.data.consumerId);
    if (event.name === 'media:reset') this.media.reset();
    this.#follow();
  }

  /** Media follows the state: who may hear and see what, and what this device sends. */
  #follow(): void {
    const state = this.#store.state;
    if (!state) return;
    const arriving = arrivingProducers(state);
    this.stream.see(arriving.length > 0 && this.#store.link.phase === 'entered' && !this.#store.staff, state.me.onStage);
    if (mediaFlows(state) && this.stream.wantsMedia) this.media.start();
    else this.media.stop();
    this.media.sync(arriving);
    this.#publish(state);
  }

  #publish(state: ClassroomState): void {
    const publishing = publishes(state);
    if (publishing === this.#publishing) return;
    this.#publishing = publishing;
    if (publishing) void this.devices.openChosen();
    else if (state.me.role === 'student') void this.devices.stopAll();
  }

  #playing(): boolean {
    if (this.#broadcast.showing) return this.#broadcast.phase === 'playing';
    return this.#store.mediaPhase === 'up' && (this.#store.remote.some(({ track }) => !track.muted) || this.#store.local.length > 0);
  }

  // ---- asking

  async request<K extends RequestName>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K>> {
    if (!this.#connection) throw new RequestError('unreachable', 'not connected yet');
    return this.#connection.request(name, data);
  }

  /** Asks and shows the refusal in words; null where it was refused. */
  async ask<K extends RequestName>(name: K, data: RequestData<SocketRequests, K>): Promise<RequestReply<SocketRequests, K> | null> {
    try {
      return await this.request(name, data);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (!this.#closed) this.#store.tell('bad', `errors.${codeOf(error)}`);
      return null;
    }
  }

  async loadResults(): Promise<void> {
    const reply = await this.ask('quiz:results', {});
    if (reply) this.#store.change((state) => withResults(state, reply.results));
  }

  /** How many questions are not solved. What was missed while the line was cut is read with it; a failure leaves what was known. */
  async loadQuestions(): Promise<void> {
    const lessonId = this.#store.state?.lesson.lessonId;
    const count = lessonId && await rest('GET /api/lessons/:lessonId/qa/count', { params: { lessonId } }).catch(() => null);
    if (count) this.#store.change((state) => ({ ...state, qa: { unsolved: count.unsolved, turn: state.qa.turn + 1 } }));
  }

  async loadPrivates(): Promise<void> {
    const reply = await this.ask('private:list', {});
    if (reply) this.#store.change((state) => withPrivates(state, reply.messages));
  }

  async loadChecks(): Promise<void> {
    const reply = await this.ask('check:list', {});
    if (reply) this.#store.change((state) => ({ ...state, checks: reply.checks }));
  }

  /** Accepts the stage with the tracks the invitation has opened; they end where the acceptance is refused. */
  async acceptStage(tracks: Partial<Record<'camera' | 'microphone', MediaStreamTrack | null>>): Promise<void> {
    const reply = await this.ask('stage:answer', { accept: true });
    if (!reply) {
      for (const track of Object.values(tracks)) track?.stop();
      this.#store.change((state) => ({ ...state, me: { ...state.me, stageInvited: false } }));
      return;
    }
    this.#publishing = true;
    this.#store.change((state) => ({ ...state, me: { ...state.me, onStage: true, stageInvited: false } }));
    // From the broadcast the room has to be joined first.
    this.#follow();
    await this.devices.send(tracks);
  }

  enterAgain(): void { this.#connection?.enterAgain(); }

  /** When anything of the server came last, by this device's clock; now while there is no line yet. */
  heardAtMs(): number { return this.#connection?.heardAtMs ?? Date.now(); }

  /** Leaves for good: the seat is given up at once. */
  async leave(): Promise<void> {
    await this.request('lesson:leave', {}).catch(() => undefined);
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#presence.close();
    this.stream.close();
    this.devices.close();
    this.media.close();
    this.#connection?.close();
  }
}
