// One visit to a classroom: the line, the media and the store, and what follows from what.
import type { InjectionKey } from 'vue';
import type { RequestData, RequestReply } from '#contracts/request-table.ts';
import type { SocketRequests } from '#contracts/socket.ts';
import { GroupFollower } from '../breakout/GroupFollower.ts';
import { LiveStreamSwitch } from '../live-stream/LiveStreamSwitch.ts';
import { useLiveStream } from '../live-stream/live-stream-store.ts';
import { rest } from '../rest.ts';
import { serverNow } from '../clock.ts';
import { withAnswer, withKept, isSilenced, withResults, type ClassroomState } from './classroom-state.ts';
import type { useClassroom } from './classroom-store.ts';
import { ClassroomConnection } from './connection.ts';
import { deviceId } from './device-id.ts';
import type { QuestionAnswer } from '#domain/question.ts';
import { becameOf, browserStore, KeptAnswers, type KeptAnswer, type Sent } from './kept-answers.ts';
import type { RequestName, ServerEvent } from './link.ts';
import { preloadMedia } from './media-device.ts';
import { MediaClient } from './MediaClient.ts';
import { OwnDevices } from './OwnDevices.ts';
import { withPrivates } from './private-state.ts';
import { PresenceReporter } from './PresenceReporter.ts';
import { codeOf, RequestError } from './request-error.ts';
import { arrivingProducers, mediaFlows, publishes } from './stage-choice.ts';

type Store = ReturnType<typeof useClassroom>;
/** An answer the server had trouble with is given again after so long, for as long as it may still count. */
const giveAgainMs = 5_000;
const giveForMs = 120_000;
export const liveClassroomKey: InjectionKey<LiveClassroom> = Symbol('live classroom');

export class LiveClassroom {
  readonly media: MediaClient;
  readonly devices: OwnDevices;
  /** Between the live picture and the delayed broadcast. */
  readonly stream: LiveStreamSwitch;
  readonly #store: Store;
  readonly #broadcast = useLiveStream();
  readonly #presence: PresenceReporter;
  readonly #answers = new KeptAnswers(browserStore(), (answer) => this.#sendAnswer(answer));
  #connection: ClassroomConnection | null = null;
  #publishing = false;
  readonly #groups = new GroupFollower();
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
    this.devices = new OwnDevices(this.media, (tone, key) => store.tell(tone, key), () => isSilenced(store.state));
    this.#presence = new PresenceReporter((report) => this.request('presence:report', report), () => this.#playing(), () => {
      store.change((state) => ({ ...state, stillThereUntilMs: null }));
    });
  }

  /** Opens line and media side by side; nothing waits for camera or microphone. */
  static create(lessonId: string, store: Store): LiveClassroom {
    store.clear();
    const live = new LiveClassroom(store);
    preloadMedia().catch(() => live.stream.refused('unsupported'));
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
        if (phase === 'taken' || phase === 'idle' || phase === 'refused' || phase === 'waiting') {
          this.media.stop();
          this.#publishing = false;
        }
        // Outside nothing of the room is shown, also where it was known before.
        if (phase === 'waiting' || code === 'removed_from_lesson') {
          store.state = null;
          store.notices = [];
        }
      },
      entered: (snapshot) => {
        const before = store.state;
        store.enter(snapshot);
        // Put into another room while the line was cut.
        if (before && before.breakout?.ownGroupId !== snapshot.breakout?.ownGroupId) this.media.reset();
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
    if (this.#store.staff) void Promise.all([this.loadResults(), this.loadChecks(), this.loadQuestions()]);
    void this.#sendKept();
    if (this.#store.leader) void this.loadCompanion();
    // What was said while the line was cut: whoever knows all of it, as most do, asks nothing.
    if (this.#store.state && this.#store.state.chat.privateCount !== this.#store.state.privates.length) void this.loadPrivates();
  }

  #told(event: ServerEvent): void {
    const waited = this.#store.state?.door?.waitingCount ?? 0;
    this.#store.apply(event);
    if (event.name === 'door:changed' && this.#store.leader && event.data.waitingCount > waited) this.#store.tell('tell', 'door.someoneWaits');
    if (event.name === 'presence:asked') this.#presence.ask();
    if (event.name === 'seat:removed') this.#store.removed = event.data;
    if (event.name === 'microphone:muted') void this.devices.muteMicrophone();
    if (event.name === 'microphone:muted' && !isSilenced(this.#store.state)) this.#tellMicrophone('muted');
    if (event.name === 'microphone:lockChanged' && (this.#store.state?.me.onStage || this.#groups.grouped)) this.#tellMicrophone(event.data.locked ? 'lockedNow' : 'unlockedNow');
    if (event.name === 'media:wanted') void this.media.wanted(event.data.producerId, event.data.maxSpatialLayer);
    if (event.name === 'media:consumerClosed') this.media.consumerClosed(event.data.consumerId);
    if (event.name === 'media:reset') this.media.reset();
    this.#follow();
  }

  /** How it is now; what was said of it before is not so any more. */
  #tellMicrophone(word: 'muted' | 'lockedNow' | 'unlockedNow'): void {
    this.#store.notices = this.#store.notices.filter(({ key }) => !key.startsWith('door.microphone.'));
    this.#store.tell('tell', `door.microphone.${word}`);
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
    if (isSilenced(state)) void this.devices.muteMicrophone();
    this.#publish(state);
    this.#groups.follow(state, { publishing: this.#publishing, stopAll: () => this.devices.stopAll(), tell: (key) => this.#store.tell('tell', key) });
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

  /** Keeps the answer on the device and sends it; what the line takes away is sent when it is back. */
  async answer(quizId: string, answer: QuestionAnswer): Promise<void> {
    const state = this.#store.state;
    if (state) await this.#give({ personId: state.me.personId, lessonId: state.lesson.lessonId, quizId, answer, chosenAt: new Date(serverNow()).toISOString() });
  }

  async #sendAnswer({ quizId, answer, chosenAt }: KeptAnswer): Promise<Sent> {
    try {
      await this.request('quiz:answer', { quizId, ...('text' in answer ? answer : { choices: [...answer.choices] }), chosenAt });
      return { became: 'acknowledged' };
    } catch (error) {
      return becameOf(codeOf(error));
    }
  }

  async #give(kept: KeptAnswer): Promise<Sent> {
    const { quizId, answer } = kept;
    this.#store.change((state) => withKept(state, quizId, answer));
    const sent = await this.#answers.give(kept);
    if (sent.became === 'acknowledged') this.#store.change((state) => withAnswer(state, quizId, answer));
    if (sent.became === 'refused') {
      this.#store.change((state) => withKept(state, quizId, null));
      if (!this.#closed) this.#store.tell('bad', `errors.${sent.code}`);
    }
    if (sent.became === 'waits') this.#giveLater(kept);
    return sent;
  }

  /** A server that has trouble while the line stands is asked again; after a cut, entering does it. */
  #giveLater({ chosenAt }: KeptAnswer): void {
    if (serverNow() - Date.parse(chosenAt) > giveForMs) return;
    setTimeout(() => { if (!this.#closed && this.#store.link.phase === 'entered') void this.#sendKept(); }, giveAgainMs);
  }

  /** What was kept through a cut or a reload: the server says of each whether it still counts. */
  async #sendKept(): Promise<void> {
    const state = this.#store.state;
    if (state?.me.role !== 'student') return;
    for (const answer of this.#answers.of(state.me.personId, state.lesson.lessonId)) {
      const open = state.quiz?.quizId === answer.quizId;
      const sent = await this.#give(answer);
      if (sent.became === 'acknowledged' && !open) this.#store.tell('tell', 'classroom.quiz.lateTaken');
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

  async loadCompanion(): Promise<void> {
    const reply = await this.ask('companion:read', {});
    if (reply) this.#store.change((state) => ({ ...state, companion: reply.companion }));
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

  enterAgain(knock = false): void { this.#connection?.enterAgain(knock); }

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
