// A person who watches a replay over HTTP, as the player does: begins, fetches segments, signs heartbeats.
import { createHmac } from 'node:crypto';
import type { Heartbeat, HeartbeatReply, ReplayRendition, ViewingStart } from '#contracts/replay.ts';
import { Replay } from '#db/entities/recording.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { heartbeatText } from '#domain/recording/watching.ts';
import type { HttpWorld, Known } from './http-world.ts';
import { storeReplayFiles } from './replay-files.ts';
import { addSession, type School } from './school.ts';

export const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

/** A published replay of the lesson's first unit, `seconds` long, with files in the storage. */
export async function addWatchable(world: HttpWorld, school: School, seconds: number, wish: Partial<Replay> = {}): Promise<string> {
  const { institutionId, lessonId } = school;
  const startsAt = world.clock.now();
  const sessionId = await addSession(world.deps.orm, school, startsAt, startsAt);
  const recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at: startsAt }, { status: 'ready' });
  const replayId = await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt, durationMs: seconds * 1000 }, wish);
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { files: await storeReplayFiles(world.deps.storage, replayId, seconds) });
  return replayId;
}

export type Beat = Partial<Omit<Heartbeat, 'signature'>>;
export interface Watcher {
  start: ViewingStart;
  /** Asks for the link to a segment and leaves it at that. */
  link(number: number | 'init', rendition?: ReplayRendition, as?: Known | null): ReturnType<HttpWorld['call']>;
  /** Fetches segments [from, to); throws where one is refused. */
  fetch(from: number, to: number): Promise<void>;
  /** As it would be sent now. */
  signed(beat: Beat): Heartbeat;
  send(heartbeat: Heartbeat, as?: Known | null): ReturnType<HttpWorld['call']>;
  /** Sends and keeps the nonce of the reply; throws where it is refused. */
  beat(beat: Beat): Promise<HeartbeatReply>;
  /** Plays on for so long from where the last one stopped, at a speed, with a heartbeat at the end. */
  play(seconds: number, speed?: number): Promise<HeartbeatReply>;
}

/** Throws with the code of a refusal. `as`: just watching, or making up. */
export async function beginWatching(world: HttpWorld, person: Known, replayId: string, as: 'viewings' | 'make-up' = 'viewings'): Promise<Watcher> {
  const begun = await world.call(`POST /api/replays/${replayId}/${as}`, person);
  if (begun.statusCode !== 200) throw new Error(codeOf(begun));
  const start = begun.json<ViewingStart>();
  let { nonce, positionMs } = start;
  const key = Buffer.from(start.heartbeatKey, 'base64url');
  const link: Watcher['link'] = (number, rendition = 'main', as = person) => world.call(`GET /api/viewings/${start.viewingId}/segments/${rendition}/${number}`, as);
  const fetch: Watcher['fetch'] = async (from, to) => {
    for (let number = from; number < to; number++) {
      const response = await link(number);
      if (response.statusCode !== 307) throw new Error(codeOf(response));
    }
  };
  const signed: Watcher['signed'] = (beat) => {
    const said = { nonce, positionMs, played: [], leaving: false, ...beat };
    return { ...said, signature: createHmac('sha256', key).update(heartbeatText(start.viewingId, said)).digest('base64url') };
  };
  const send: Watcher['send'] = (payload, as = person) => world.call(`POST /api/viewings/${start.viewingId}/heartbeats`, as, { payload });
  const beat: Watcher['beat'] = async (said) => {
    const response = await send(signed(said));
    if (response.statusCode !== 200) throw new Error(codeOf(response));
    const reply = response.json<HeartbeatReply>();
    [nonce, positionMs] = [reply.nonce, said.positionMs ?? positionMs];
    return reply;
  };
  const play: Watcher['play'] = async (seconds, speed = 1) => {
    const [from, to] = [positionMs, positionMs + seconds * 1000 * speed];
    await fetch(Math.floor(from / 4000), Math.ceil(to / 4000));
    world.clock.pass(seconds * 1000);
    return beat({ played: [[from, to]], positionMs: to });
  };
  return { start, link, fetch, signed, send, beat, play };
}
