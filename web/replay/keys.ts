// What a key does to the film; never while somebody types or works another control.

export type KeyAction = 'toggle' | 'full' | 'mute' | 'captions' | 'help' | { byMs: number } | { toShare: number } | null;
interface Pressed { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }

const ownSpace = ['BUTTON', 'A', 'SELECT', 'INPUT', 'TEXTAREA', 'SUMMARY'];
const ownArrows = ['INPUT', 'SELECT', 'TEXTAREA'];
const stepMs = 5000;
const leapMs = 10_000;

/** `tagName` of the element with the focus; `RANGE` is the seek bar, whose arrows are ours too. Keys that write are left to what is written in. */
export function keyAction(pressed: Pressed, tagName: string): KeyAction {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || tagName === 'TEXTAREA') return null;
  if (/^[0-9]$/.test(pressed.key)) return tagName === 'INPUT' || tagName === 'SELECT' ? null : { toShare: Number(pressed.key) / 10 };
  switch (pressed.key) {
    case ' ': return ownSpace.includes(tagName) ? null : 'toggle';
    case 'ArrowLeft': return ownArrows.includes(tagName) ? null : { byMs: -stepMs };
    case 'ArrowRight': return ownArrows.includes(tagName) ? null : { byMs: stepMs };
    case 'j': case 'J': return { byMs: -leapMs };
    case 'l': case 'L': return { byMs: leapMs };
    case 'k': case 'K': return 'toggle';
    case 'f': case 'F': return 'full';
    case 'm': case 'M': return 'mute';
    case 'c': case 'C': return 'captions';
    case '?': case '？': return 'help';
    default: return null;
  }
}
