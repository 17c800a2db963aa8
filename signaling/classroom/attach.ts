// The live half of signaling, put together: sockets, requests of every feature, the sfu, the clock, facts of others.
import type { Server as HttpServer } from 'node:http';
import { checkEvents } from '#contracts/check.ts';
import { DomainError } from '#domain/errors.ts';
import { Closing } from '#runtime/closing.ts';
import { Admission } from '../admission/admission.ts';
import { ranksOf } from '../admission/rank.ts';
import { breakoutsDue, followBreakouts } from '../breakout/clock.ts';
import { breakoutHandlers } from '../breakout/requests.ts';
import { chatHandlers } from '../chat/requests.ts';
import { askDueChecks, checksLate, missLateChecks } from '../check/clock.ts';
import { codesUnsent, codeSender } from '../check/codes.ts';
import { checkHandlers } from '../check/requests.ts';
import { companionsOpen, followCompanions } from '../companion/clock.ts';
import { openPhones } from '../companion/phones.ts';
import { companionHandlers } from '../companion/requests.ts';
import { coursewareHandlers } from '../courseware/requests.ts';
import type { Deps } from '../deps.ts';
import { doorHandlers as doorControlHandlers } from '../door/requests.ts';
import { attemptsOver, giveHandIns, spotAsker, spotsDue } from '../exam/clock.ts';
import { findingsDue, remindOfDeadlines } from '../inspection/reminders.ts';
import { openPeriods, periodsBegin } from '../recorded/opening.ts';
import { remindersWait, remindOfLessons } from '../timetable/reminders.ts';
import { handHandlers } from '../hand/requests.ts';
import { openMedia, type Media } from '../media/open-media.ts';
import { mediaHandlers } from '../media/requests.ts';
import { microphoneHandlers } from '../microphone/requests.ts';
import { countPresent, type ToldCount } from '../presence/count.ts';
import { CreditTeller } from '../presence/credit-teller.ts';
import { askIdle } from '../presence/idle.ts';
import { PresenceLog } from '../presence/presence-log.ts';
import { pickHandlers } from '../pick/requests.ts';
import { presenceHandlers } from '../presence/requests.ts';
import { createWalls } from '../presence/wall.ts';
import { answersCome, closeDueQuizzes, countAnswers, quizzesOver } from '../quiz/clock.ts';
import { privateHandlers } from '../private/requests.ts';
import { quizHandlers } from '../quiz/requests.ts';
import { recordingHandlers } from '../recording/requests.ts';
import { rosterHandlers } from '../roster/requests.ts';
import { stageHandlers } from '../stage/requests.ts';
import { newAudience, spreadMs, tellLargeClasses } from './audience.ts';
import type { ClassroomSocket, Live, SeatHandlers } from './context.ts';
import { tellQueues, type ToldQueues } from './hands.ts';
import { anyLive, lookAtRows } from './due-look.ts';
import { lessonsHere, seatsHere } from './here.ts';
import { lookAtDoors, newToldDoors } from './door.ts';
import { closeEndedStandings, standingsEnded } from './ended-standing.ts';
import { bindRequests, registerRequests, type Dispatch } from './dispatch.ts';
import { watchProcess } from '../metrics/process.ts';
import { FactListener } from './fact-listener.ts';
import { gather } from './gathered.ts';
import { GroupPlaces } from './groups.ts';
import { InFlight } from './in-flight.ts';
import { passOn } from './facts.ts';
import { closeLeftRooms, endOverdueLessons, handOverRecordings, lessonsWait, missLessons, moveUnits, recordingsWait, roomsLeft } from './lesson-clock.ts';
import { LostSeats } from './lost-seats.ts';
import { doorHandlers, lessonHandlers } from './requests.ts';
import { closeExpiredSeats, cutSeatsDue, giveUpCutSeats, keptUntil, seatsSilent, watchLeads, type CutSpan } from './seat-clock.ts';
import { RecordingTroubles } from './recording-troubles.ts';
import { sharedPictures } from './snapshot.ts';
import { forgetHandshake, openSocketServer } from './socket-server.ts';
import { Ticker, type TickStep } from './ticker.ts';

const seatHandlers: SeatHandlers = {
  ...lessonHandlers, ...mediaHandlers, ...handHandlers, ...stageHandlers, ...chatHandlers, ...quizHandlers, ...presenceHandlers, ...checkHandlers,
  ...recordingHandlers, ...pickHandlers, ...doorControlHandlers, ...microphoneHandlers, ...companionHandlers, ...coursewareHandlers, ...privateHandlers, ...rosterHandlers,
  ...breakoutHandlers,
};
/** A restarted process looks back this far for cut seats nobody gave up. */
const lookBackMs = 10 * 60_000;
const goodbyeMs = 50;
/** So long what was asked before the lines were cut may take to be saved and told. */
const toldWithinMs = 3_000;
const checkNews: ReadonlySet<string> = new Set(Object.keys(checkEvents));

/** What a class waits for while it is asked: on a clock of its own, so that no work for thousands of others comes before it. */
function questionSteps(live: Live): TickStep[] {
  const told = new Map<string, string>();
  return [
    { name: 'close quizzes', due: () => quizzesOver(live), run: () => closeDueQuizzes(live) },
    { name: 'count answers', due: () => answersCome(live, lessonsHere(live), told), run: () => countAnswers(live, lessonsHere(live), told) },
  ];
}

/** Each cut is looked at once: the next look begins where the last one ended, whether anything was due or not. */
function cutSeatsStep(live: Live): TickStep {
  let seenTo = new Date(keptUntil(live.deps.now()).getTime() - lookBackMs);
  let span: CutSpan = { from: seenTo, to: seenTo };
  return {
    name: 'give up cut seats',
    due: () => cutSeatsDue(live, (span = { from: seenTo, to: keptUntil(live.deps.now()) })),
    run: async () => {
      await giveUpCutSeats(live, span);
      seenTo = span.to;
    },
    quiet: () => { seenTo = span.to; },
  };
}

function clockSteps(live: Live, media: Media, credit: CreditTeller): TickStep[] {
  const told = { present: new Map<string, ToldCount>(), queues: new Map() as ToldQueues, doors: newToldDoors() };
  return [
    { name: 'move units', due: () => anyLive, run: () => moveUnits(live) },
    { name: 'miss late checks', due: () => checksLate(live), run: () => missLateChecks(live) },
    { name: 'ask checks', due: () => anyLive, run: () => askDueChecks(live) },
    { name: 'send codes of checks', due: () => codesUnsent(live), run: codeSender(live) },
    { name: 'watch leads', due: () => anyLive, run: () => watchLeads(live) },
    { name: 'note media away', due: () => anyLive, run: () => media.noteAway(live) },
    { name: 'expire seats', due: () => seatsSilent(live), run: () => closeExpiredSeats(live, seatsHere(live)) },
    { name: 'close ended standings', due: () => standingsEnded(live), run: () => closeEndedStandings(live) },
    cutSeatsStep(live),
    { name: 'follow companions', due: () => companionsOpen, run: () => followCompanions(live) },
    { name: 'follow groups', due: () => breakoutsDue(live), run: () => followBreakouts(live) },
    { name: 'end lessons', due: () => anyLive, run: () => endOverdueLessons(live) },
    { name: 'miss lessons', due: () => lessonsWait(live), run: () => missLessons(live) },
    { name: 'hand over recordings', due: () => recordingsWait(live), run: () => handOverRecordings(live) },
    { name: 'close left rooms', due: () => roomsLeft, run: () => closeLeftRooms(live) },
    { name: 'hand in exams', due: () => attemptsOver(live.deps), run: () => giveHandIns(live.deps) },
    { name: 'ask checks of exams', due: () => spotsDue(live.deps), run: spotAsker(live.deps) },
    { name: 'open periods', due: () => periodsBegin(live.deps), run: async () => { await openPeriods(live.deps); } },
    { name: 'remind of lessons', due: () => remindersWait(live.deps), run: () => remindOfLessons(live.deps) },
    { name: 'remind of findings', due: () => findingsDue(live.deps), run: () => remindOfDeadlines(live.deps) },
    { name: 'ask idle', run: () => askIdle(live) },
    { name: 'look at credit', run: () => credit.look() },
    { name: 'count present', run: () => countPresent(live, lessonsHere(live), told.present) },
    { name: 'tell hands and stage', run: () => tellQueues(live, lessonsHere(live), told.queues) },
    { name: 'look at doors', run: () => lookAtDoors(live, told.doors) },
    { name: 'tell large classes', run: () => tellLargeClasses(live) },
  ];
}

function seatSocket(live: Live, presence: PresenceLog, lost: LostSeats, socket: ClassroomSocket, dispatch: Dispatch): void {
  forgetHandshake(socket);
  presence.watch(socket);
  registerRequests(live, socket, dispatch);
  // Whoever is told of a check, by whatever process, is to be told what it means for their time.
  socket.onAnyOutgoing((event: unknown) => { if (socket.data.seat && checkNews.has(String(event))) live.credit.changed(socket.data.seat); });
  socket.on('disconnect', (reason) => {
    const { seat, personId, waitsFor } = socket.data;
    if (waitsFor) live.admission.leave({ lessonId: waitsFor, personId, socketId: socket.id });
    if (!seat) return;
    socket.data.seat = null;
    const now = live.deps.now();
    // A heartbeat that stayed away means the seat was lost when it was last heard of.
    lost.add({ seat, at: reason === 'ping timeout' ? (seat.seenAt ?? now) : now });
  });
}

/** People of this process are told to come back at moments of their own, and what they are told gets out before the line is closed. */
async function sayGoodbye({ io, admission, deps }: Live): Promise<void> {
  const people = io.of('/').sockets.size;
  if (people === 0) return;
  io.local.emit('server:leaving', { spreadMs: spreadMs(people) });
  admission.close();
  deps.log.info({ people }, 'leaving: everybody is asked to come back');
  await new Promise((resolve) => { setTimeout(resolve, goodbyeMs + people / 20); });
}

export interface Classrooms {
  /** One round of each clock now. */
  tick(): Promise<void>;
  /** Writes what was observed up to now. */
  flush(): Promise<void>;
  /** Resolves when so many media nodes are there, or none any more. */
  mediaReady(nodes?: number): Promise<void>;
  mediaLost(): Promise<void>;
  close(): Promise<void>;
  /** What `close` waits for. */
  closing: Closing;
}

export async function attachClassrooms(httpServer: HttpServer, deps: Deps): Promise<Classrooms> {
  const { config, log, orm, now } = deps;
  const closing = new Closing();
  if (!config.DATABASE_URL) throw new DomainError('internal', 'classrooms need DATABASE_URL to hear facts');
  const sockets = openSocketServer(httpServer, deps, config.REDIS_URL);
  const credit = CreditTeller.create(() => liveNow());
  const presence = await PresenceLog.create({ orm, log, now, noticed: (seat, type) => credit.observed(seat, type) });
  const assembled: { live?: Live } = {};
  const liveNow = (): Live => {
    if (!assembled.live) throw new DomainError('internal', 'the classroom is not put together yet');
    return assembled.live;
  };
  const media = openMedia(deps);
  const admission = await Admission.create({ perSecond: config.ADMISSION_PER_SECOND, log, ranksOf: (askers) => ranksOf(orm.em.fork(), askers, now()) });
  const live: Live = (assembled.live = {
    io: sockets.io, deps, media: media.nodes, presence, credit, walls: createWalls(() => liveNow()), admission, audience: newAudience(), gathered: gather(deps), pictures: sharedPictures(liveNow), groups: GroupPlaces.create(liveNow), speakers: new Map(), troubles: new RecordingTroubles(), inFlight: new InFlight(),
  });
  await media.start(live);
  const facts = await FactListener.create(config.DATABASE_URL, log, (fact) => passOn(live, fact));
  const dispatch = bindRequests(doorHandlers, seatHandlers);
  const watched = await watchProcess(live);
  const lost = await LostSeats.create(live);
  sockets.io.on('connection', (socket) => seatSocket(live, presence, lost, socket, dispatch));
  const phones = openPhones(live);
  const look = lookAtRows(orm);
  const tickers = [await Ticker.create(questionSteps(live), log, look), await Ticker.create(clockSteps(live, media, credit), log, look)];
  return {
    tick: async () => { for (const ticker of tickers) await ticker.tick(); },
    flush: () => presence.flush(),
    mediaReady: (nodes = 1) => media.becomes(nodes),
    mediaLost: () => media.becomes(0),
    closing,
    close: () => closing.run([
      ['clock of questions', () => tickers[0]?.close()], ['clock', () => tickers[1]?.close()],
      ['goodbye', () => sayGoodbye(live)], ['lines', () => sockets.disconnect()], ['requests', () => live.inFlight.settled(toldWithinMs)],
      ['phones', () => phones.close()], ['lost seats', () => lost.flush()], ['large classes', () => tellLargeClasses(live)],
      ['socket server', () => sockets.close()], ['media', () => media.close()], ['facts', () => facts.close()],
      ['credit', () => credit.close()], ['presence', () => presence.close()], ['process', () => watched.close()],
    ]),
  };
}
