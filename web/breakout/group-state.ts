// Breakout groups as part of the classroom's value. Pure: a doubled or late word of them does no harm.
import type { BreakoutGroup, BreakoutView } from '#contracts/breakout.ts';
import type { ChatMessage } from '#contracts/chat.ts';
import type { Hand } from '#contracts/hand.ts';

export interface GroupsPart {
  breakout: BreakoutView | null;
  /** What the teacher told all groups last, until it is put away. */
  toldGroups: ChatMessage | null;
  /** Who is loudest, by group; staff are told. */
  speakingIn: Record<string, string | null>;
  messages: ChatMessage[];
}

/** Who is in another room has another chat; the picture of it is on its way. */
export function withBreakout<S extends GroupsPart>(state: S, breakout: BreakoutView | null): S {
  const moved = (state.breakout?.ownGroupId ?? null) !== (breakout?.ownGroupId ?? null);
  const over = breakout === null ? { toldGroups: null, speakingIn: {} } : {};
  return { ...state, ...over, breakout, messages: moved ? [] : state.messages };
}

export const ownGroup = ({ breakout }: Pick<GroupsPart, 'breakout'>): BreakoutGroup | null =>
  breakout?.groups.find(({ groupId }) => groupId === breakout.ownGroupId) ?? null;

/** A group that calls the teacher: who raised a hand first. */
export interface Call { group: BreakoutGroup; hand: Hand }
/** One call a group, who waits longest first. */
export function callsOf({ breakout, hands }: Pick<GroupsPart, 'breakout'> & { hands: readonly Hand[] }): Call[] {
  return (breakout?.groups ?? []).flatMap((group) => {
    const hand = hands.find(({ personId }) => group.members.some((one) => one.personId === personId));
    return hand && group.groupId !== breakout?.ownGroupId ? [{ group, hand }] : [];
  }).sort((a, b) => a.hand.raisedAt.localeCompare(b.hand.raisedAt));
}

/** One person goes to another group of a division that is still being made; `to` counts from 0. */
export const movedTo = (groups: readonly (readonly string[])[], personId: string, to: number): string[][] =>
  groups.map((group, index) => [...group.filter((one) => one !== personId), ...(index === to ? [personId] : [])]);
