// Several media nodes in one test, what is sent in their rooms, and the lines between them; all of it gone after the test.
import { afterEach } from 'vitest';
import { newId } from '#domain/id.ts';
import type { Logger } from '#runtime/log.ts';
import { CutLine } from '#testing/cut-line.ts';
import type { NodeOptions } from '../node.ts';
import type { Room } from '../room.ts';
import { MadeRtp, type Direct } from './made-rtp.ts';
import { directProducer } from './rtp-relay.ts';
import { startTestNode, type TestNode } from './test-node.ts';

export type Sending = Direct & { made: MadeRtp };
export const soon = { timeout: 15_000, interval: 30 };

/** Done last first, after each test of the file that imports this. */
export const ends: (() => unknown)[] = [];
afterEach(async () => { for (const end of ends.splice(0).reverse()) await end(); });

export async function node(nodeId: string, pipeAddress: string, more: Partial<NodeOptions> & { log?: Logger } = {}): Promise<TestNode> {
  const started = await startTestNode({ nodeId, pipeAddress, ...more });
  ends.push(() => started.close());
  return started;
}

export async function lineTo(started: TestNode): Promise<CutLine> {
  const line = await CutLine.to(started.node.controlPort);
  ends.push(() => line.close());
  return line;
}

export const captureGoal = (): { lessonId: string; sessionId: string } => ({ lessonId: newId(), sessionId: newId() });

export const placeOf = ({ node: { nodeId, controlPort } }: TestNode, line?: CutLine): { nodeId: string; controlUrl: string } =>
  ({ nodeId, controlUrl: line?.url ?? `http://127.0.0.1:${controlPort}` });

function sending(direct: Direct, ssrcs: number[]): Sending {
  const made = new MadeRtp(direct, ssrcs);
  ends.push(() => made.stop());
  return { ...direct, made };
}

/** In three layers. */
export async function camera(room: Room, peerId: string = newId()): Promise<Sending> {
  const ssrcs = [101, 102, 103];
  return sending(await directProducer(room, peerId, 'camera', 'video', ssrcs), ssrcs);
}

export async function microphone(room: Room, ssrc = 201, peerId: string = newId(), always = false): Promise<Sending> {
  return sending(await directProducer(room, peerId, 'microphone', 'audio', [ssrc], always), [ssrc]);
}
