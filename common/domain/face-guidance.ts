// What to tell somebody who is about to take a picture of their face: one hint at a time, steady enough to be read and followed (R19).
import { boxHeight, touchesEdge, type Size } from './face-box.ts';
import { isAnother, type FoundFace } from './face-detector.ts';
import { analysedSide, type FaceLimits } from './face-model.ts';

/** In the order they are told: nothing about sharpness is said to somebody who is not in the picture. `good`: take the picture. */
export const hints = ['no_face', 'several_faces', 'off_centre', 'too_far', 'too_close', 'against_light', 'too_dark', 'too_bright', 'blurred', 'good'] as const;
export type Hint = (typeof hints)[number];

/** One look at the camera's picture. `face` is measured on the largest face and null without one; brightness 0..255. */
export interface Sight {
  frame: Size;
  /** The largest first, boxes in frame pixels. */
  faces: readonly FoundFace[];
  face: { luma: number; sharpness: number } | null;
  /** Mean brightness of the picture outside of the largest face. */
  around: number;
}

/** Somewhat more than the server asks for: who follows the hints passes it. */
const room = 1.15;
/** A face taller than this share of the frame leaves no room to move the head. */
const tallest = 0.8;
/** A face this much darker than what is around it stands against the light. */
const darkerBy = 70;
/** A hint that is shown goes when its figure is better than its limit by this much: at the limit itself it does not flicker. */
const slack = 1.12;
/** Below this the whole picture is dark, and no face can be found in it. */
const darkFrame = 28;

type Rule = (sight: Sight, limits: FaceLimits, ease: number) => boolean;

/** Height of the face in the picture as the server analyses it. */
function analysedHeight({ frame, faces }: Sight): number {
  const longest = Math.max(frame.width, frame.height);
  return faces[0] ? boxHeight(faces[0].box) * Math.min(1, analysedSide / longest) : 0;
}

const several: Rule = ({ faces: [main, ...others] }, limits) => main !== undefined
  && others.some(({ score, box }) => isAnother({ score, relativeHeight: boxHeight(box) / boxHeight(main.box) }, limits));

/** True: this is wrong. `ease` is 1, or `slack` for the hint that is shown. */
const rules: Record<Exclude<Hint, 'good'>, Rule> = {
  no_face: ({ faces, around }) => faces.length === 0 && around >= darkFrame,
  several_faces: several,
  off_centre: ({ frame, faces: [main] }) => main !== undefined && touchesEdge(frame, main.box),
  too_far: (sight, limits, ease) => analysedHeight(sight) > 0 && analysedHeight(sight) < limits.enrol.height * room * ease,
  too_close: ({ frame, faces: [main] }, _limits, ease) => main !== undefined && boxHeight(main.box) > (frame.height * tallest) / ease,
  against_light: ({ face, around }, _limits, ease) => face !== null && face.luma < 120 && around - face.luma > darkerBy / ease,
  too_dark: ({ face, around }, limits, ease) => (face ? face.luma < limits.enrol.lumaMin * room * ease : around < darkFrame),
  too_bright: ({ face }, limits, ease) => face !== null && face.luma > limits.enrol.lumaMax / room ** 0.5 / ease,
  blurred: ({ face }, limits, ease) => face !== null && face.sharpness < limits.enrol.sharpness * room * ease,
};

/** The first thing wrong, or `good`. `shown` is judged with some slack. */
export function hintOf(sight: Sight, limits: FaceLimits, shown: Hint | null = null): Hint {
  return hints.find((hint) => hint !== 'good' && rules[hint](sight, limits, hint === shown ? slack : 1)) ?? 'good';
}

/** What is shown, and what would be shown next if it lasts. Times are milliseconds of any clock that only goes forward. */
export interface Guidance { shown: Hint | null; shownSeenMs: number; coming: Hint | null; comingSinceMs: number }
export const noGuidance: Guidance = { shown: null, shownSeenMs: 0, coming: null, comingSinceMs: 0 };

/** A new hint is shown when it was seen for so long; one that was not seen for `staleMs` goes whatever comes. */
export const settleMs = 500;
export const staleMs = 1500;

/** The guidance after one more look at `atMs`. Two changes are at least `settleMs` apart. */
export function guide(before: Guidance, sight: Sight, limits: FaceLimits, atMs: number): Guidance {
  const seen = hintOf(sight, limits, before.shown);
  const show: Guidance = { shown: seen, shownSeenMs: atMs, coming: null, comingSinceMs: atMs };
  if (before.shown === null) return show;
  if (seen === before.shown) return { ...before, shownSeenMs: atMs, coming: null };
  if (atMs - before.shownSeenMs >= staleMs) return show;
  if (seen !== before.coming) return { ...before, coming: seen, comingSinceMs: atMs };
  return atMs - before.comingSinceMs >= settleMs ? show : before;
}
