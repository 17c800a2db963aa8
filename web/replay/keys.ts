// What a key does to the film: space, arrows, f, m; never while somebody types or works another control.

export type KeyAction = 'toggle' | 'full' | 'mute' | { byMs: number } | null;
interface Pressed { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }

const ownSpace = ['BUTTON', 'A', 'SELECT', 'INPUT', 'TEXTAREA'];
const ownArrows = ['INPUT', 'SELECT', 'TEXTAREA'];
const stepMs = 5000;

/** `tagName` of the element with the focus; `RANGE` is the seek bar, whose arrows are ours too. */
export function keyAction(pressed: Pressed, tagName: string): KeyAction {
  if (pressed.ctrlKey || pressed.metaKey || pressed.altKey || tagName === 'TEXTAREA') return null;
  switch (pressed.key) {
    case ' ': return ownSpace.includes(tagName) ? null : 'toggle';
    case 'ArrowLeft': return ownArrows.includes(tagName) ? null : { byMs: -stepMs };
    case 'ArrowRight': return ownArrows.includes(tagName) ? null : { byMs: stepMs };
    case 'f': case 'F': return 'full';
    case 'm': case 'M': return 'mute';
    default: return null;
  }
}
