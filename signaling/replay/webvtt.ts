// WebVTT as W3C wrote it, read strictly: what a browser would silently drop is told with its line instead.
const timing = /^(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})$/;
/** Tags of cue text that a player shows; anything else in angle brackets has no place in captions. */
const tag = /^\/?(?:[biuc]|ruby|rt|v|lang)(?:\.[^\s<>&]+)*(?:\s[^<>]*)?$|^(?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3}$/;
const setting = /^(?:vertical|line|position|size|align|region):\S+$/;

/** Line counted from 1, and what is wrong there. */
export interface CaptionFault { line: number; what: string }

function millisecondsOf(text: string): number | null {
  const match = timing.exec(text);
  return match && ((Number(match[1] ?? 0) * 60 + Number(match[2])) * 60 + Number(match[3])) * 1000 + Number(match[4]);
}

const hasForeignTag = (line: string): boolean => [...line.matchAll(/<([^>]*)>?/g)].some(([whole, inside = '']) => !whole.endsWith('>') || !tag.test(inside));

/** A cue's timing line; `afterMs` is where the one before it began. */
function timingFault(line: string, afterMs: number): { startMs: number } | string {
  const [from = '', arrow, to = '', ...settings] = line.trim().split(/[ \t]+/);
  const [startMs, endMs] = [millisecondsOf(from), millisecondsOf(to)];
  if (arrow !== '-->' || startMs === null || endMs === null) return 'a time is not written as 00:00:00.000 --> 00:00:00.000';
  if (endMs <= startMs) return 'a cue ends before it begins';
  if (startMs < afterMs) return 'cues are not in order of time';
  const strange = settings.find((word) => !setting.test(word));
  return strange ? `unknown setting ${strange}` : { startMs };
}

interface Block { line: number; lines: string[] }

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | null = null;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (line.trim() === '') open = null;
    else if (open) open.lines.push(line);
    else blocks.push(open = { line: index + 1, lines: [line] });
  }
  return blocks;
}

function cueFault({ line, lines }: Block, afterMs: number): { startMs: number } | CaptionFault {
  const at = lines.slice(0, 2).findIndex((words) => words.includes('-->'));
  if (at < 0) return { line, what: 'a cue has no time' };
  const time = timingFault(lines[at]!, afterMs);
  if (typeof time === 'string') return { line: line + at, what: time };
  const text = lines.slice(at + 1);
  if (text.length === 0) return { line: line + at, what: 'a cue has no text' };
  const wrong = text.findIndex((words) => words.includes('-->') || hasForeignTag(words));
  return wrong >= 0 ? { line: line + at + 1 + wrong, what: 'a cue has markup that captions do not know' } : time;
}

/** The first fault of a WebVTT text; null when it is one, with at least one cue. Styles and regions are refused: how captions look is the viewer's own. */
export function captionFault(text: string): CaptionFault | null {
  const [head, ...blocks] = blocksOf(text.replace(/^\uFEFF/, ''));
  if (head?.line !== 1 || !/^WEBVTT(?:[ \t].*)?$/.test(head.lines[0]!)) return { line: 1, what: 'the first line is not WEBVTT' };
  const early = head.lines.findIndex((line) => line.includes('-->'));
  if (early >= 0) return { line: 1 + early, what: 'a blank line is missing before the first cue' };
  let [afterMs, cues] = [0, 0];
  for (const block of blocks) {
    if (/^NOTE(?:[ \t]|$)/.test(block.lines[0]!)) continue;
    if (/^(?:STYLE|REGION)[ \t]*$/.test(block.lines[0]!)) return { line: block.line, what: 'styles and regions are not taken' };
    const cue = cueFault(block, afterMs);
    if ('what' in cue) return cue;
    afterMs = cue.startMs;
    cues += 1;
  }
  return cues === 0 ? { line: 1, what: 'there is no cue' } : null;
}
