// Texts of signing in by phone at the place of a lesson.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  show: 'Show the sign-in code', sign: 'Sign in or out here', how: 'Put it on the screen of the room. Learners scan it with their own phone when they come, and again when they leave; or they open this lesson on the phone and type the digits. Who has no phone signs the sheet on paper.',
  scan: 'Code to scan', digits: 'Digits', next: 'A new one in {n} s', notYet: 'Signing in begins at {at}.', over: 'Signing in for this lesson is over.', cancelled: 'This lesson was cancelled.', kept: 'The sheet of this lesson was entered; nobody signs any more.',
  count: '{n} of {all} signed in', came: 'Came {from}, not signed out yet', both: '{from}–{to}', notSigned: 'Not signed in yet',
  codeLabel: 'The 6 digits on the screen of the room', codeHint: 'The screen shows a code and digits; they change every 30 seconds.', signIn: 'Sign in', signOut: 'Sign out',
  cameAt: 'You signed in at {at}.', leaveHint: 'Please scan again before you leave: your hours count from signing in to signing out, once the office has confirmed them.', leftAt: 'You signed in at {from} and out at {to}.', leftHint: 'If you come back, sign once more when you leave; the last one counts.', codeMissing: 'Please type the 6 digits.', first: 'You have not signed in yet.',
  byPhone: 'Signed by phone {from}–{to}', byPhoneOnce: 'Came {from} by phone, did not sign out', noPaper: 'All who were there signed in and out by phone: no sheet on paper is needed.', allByPhone: 'All by signs on phones.',
};
