// Texts of invitations: the office's page, and the page a link leads to.
import type { Admission, InvitationState, JoiningState } from '#domain/invitation.ts';
import type { Texts } from '../gather.ts';

const state: Record<InvitationState, string> = { open: 'In force', revoked: 'Revoked', expired: 'Expired', used_up: 'Used up', cohort_closed: 'Class is closed' };
const admits: Record<Admission, string> = { waiting: 'Wait until we accept them', roster: 'Are on the roster at once' };
const admitsHint: Record<Admission, string> = { waiting: 'Good for group chats: whoever opens the link waits, and the office accepts them one by one.', roster: 'Whoever opens the link and registers is in the class. Send it only to people who belong there.' };
const joined: Record<JoiningState, string> = { enrolled: 'You are in this class. Its lessons stand under My lessons.', waiting: 'Sent. Once {institution} accepts, the class appears under My lessons.', declined: '{institution} did not accept you into this class. Please ask them if that is a mistake.' };

export const texts: Texts = {
  state, admits, admitsHint, joined,
  intro: 'Give the link or code to learners, or send it by text message to those on the roster who have not registered. They open it on a phone, register or sign in, and join the class.',
  waiting: 'Waiting for you ({n})', waitingText: 'They asked to join by a link. Whom you accept is on the roster; whom you do not is not in the class.', accept: 'Accept', acceptOf: 'Accept {name}', decline: 'Do not accept', declineOf: 'Do not accept {name}', ended: 'Was in this class before', askedAt: 'Asked {at}', lookAgain: 'Look again',
  new: 'New invitation', unregistered: '{n} learners on the roster have not registered. You can send them an invitation by text message; registering with the name, document and phone of the roster puts them in this class.',
  admitsLabel: 'People who open the link', days: 'In force for', daysN: '{n} d', most: 'At most how many people', make: 'Make an invitation', links: 'Invitations', none: 'There is no invitation yet. Links appear here.',
  used: '{n} of at most {most} came', messages: '{n} text messages sent', until: 'In force until {until}, made by {by}', copy: 'Copy link', copied: 'Copied', showCode: 'Show QR code', hideCode: 'Hide QR code', codeLabel: 'QR code of the invitation',
  send: 'Send text messages ({n})', sendText: 'Each of the {n} learners on the roster who have not registered gets a text message with this link: at most one a day and three in thirty days.', sendSure: 'Send {n} messages', sending: 'Sending, {n} sent…', sent: '{n} text messages were sent.',
  revoke: 'Revoke', revokeText: 'The link and its code stop working at once, for good. Who came by it stays.', revokeSure: 'Revoke it',
  over: 'This invitation is no longer in force. Please ask the institution for a new link.', invites: '{institution} invites you to', when: 'Training: {days}', howTo: 'Please register with your real name first; if you have an account, sign in. You come back here afterwards.', register: 'Register', login: 'I have an account: sign in',
  asMe: 'You join as {name}.', told: '{institution} will see your name, category, employer, and your document and phone numbers without their middle digits.', join: 'Join this class', joining: 'Sending…', toClasses: 'To my lessons',
};
