// Reads back what a test recorded: all segments of one producer as frames by kind.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrames, frameTypes, type CaptureEvent, type CaptureHeader, type Frame, type SenderReport } from '#runtime/capture-log.ts';

export interface ReadCapture { files: string[]; headers: CaptureHeader[]; rtp: Frame[]; reports: SenderReport[]; events: CaptureEvent[]; damagedBytes: number; frames: Frame[] }

const parsed = <T>(frames: Frame[], type: number): T[] => frames.filter((frame) => frame.type === type).map(({ payload }) => JSON.parse(payload.toString()) as T);

export async function readCapture(dataDirectory: string, producerId: string): Promise<ReadCapture> {
  const root = join(dataDirectory, 'capture');
  const files = (await readdir(root, { recursive: true })).filter((name) => name.includes(producerId) && /\.rtplog(\.part)?$/.test(name)).sort();
  const decoded = await Promise.all(files.map(async (name) => decodeFrames(await readFile(join(root, name)))));
  const frames = decoded.flatMap((one) => one.frames);
  return {
    files: files.map((name) => name.split('/').at(-1)!), frames, damagedBytes: decoded.reduce((sum, one) => sum + one.damagedBytes, 0),
    headers: parsed(frames, frameTypes.header), rtp: frames.filter(({ type }) => type === frameTypes.rtp),
    reports: parsed(frames, frameTypes.senderReport), events: parsed(frames, frameTypes.event),
  };
}

export interface TimelineLine { atMs: number; type: string; data: Record<string, unknown> }
export async function readTimeline(dataDirectory: string): Promise<TimelineLine[]> {
  const root = join(dataDirectory, 'capture');
  const [name] = (await readdir(root, { recursive: true })).filter((one) => one.endsWith('timeline.jsonl'));
  const text = await readFile(join(root, name!), 'utf8');
  return text.trimEnd().split('\n').map((line) => JSON.parse(line) as TimelineLine);
}
