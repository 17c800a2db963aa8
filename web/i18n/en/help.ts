// Texts of help: reporting trouble, answers, the desk, the log of incidents.
import type { HelpCategory, HelpState } from '#domain/help.ts';
import type { Texts } from '../gather.ts';

const category: Record<HelpCategory, string> = { picture: 'No picture', sound: 'No sound', sign_in: 'Cannot sign in', face: 'Face check fails', hours: 'Hours are wrong', other: 'Something else' };
const state: Record<HelpState, string> = { new: 'Waiting for an answer', answered: 'Answered', solved: 'Solved', reopened: 'Opened again' };

export const texts: Texts = {
  category, state,
  title: 'Help', report: 'Report a problem', inClass: 'Help', about: 'What is wrong?', words: 'One sentence is enough', wordsHint: 'For example: I hear the teacher, but there is no picture', chooseFirst: 'Press above what it is about first.', wordsFirst: 'Write one sentence about what happens.',
  outside: 'You are not logged in, so no answer can be shown here. Call the number below, or write your phone number above to be called back.', callBack: 'Please call me ({phone})', along: 'Technical facts that go along (press to see)', alongNot: 'Only what stands above is sent: no names, no passwords, nothing you wrote elsewhere.',
  send: 'Send', sending: 'Sending…', sent: 'Received. The bell tells you when there is an answer; it also stands on the help page.', sentOutside: 'Received.', another: 'Report another problem', back: 'Back',
  diagnostic: { browser: 'Browser', screen: 'Screen', page: 'Page', online: 'Network', skew: 'Clock error', devices: 'Camera and microphone', media: 'Class picture', errors: 'Last errors' },
  yes: 'connected', no: 'cut', seconds: '{n} s', devices: 'camera {camera}, microphone {microphone}', permission: { granted: 'allowed', denied: 'forbidden', prompt: 'not asked', unknown: 'unknown' }, lost: '{share} of packets lost', none: 'none',
  call: 'By phone', platform: 'Keshi platform', hoursUnknown: 'Hours are not stated', noLine: 'No phone number is stated yet. Use “Report a problem” above.',
  own: 'What I reported', ownNone: 'You have reported nothing so far.', answerOf: 'Answer ({name})', wordsOf: '{name}', more: 'Add something', moreSend: 'Send', answer: 'Answer', answerSend: 'Send the answer', solve: 'Solved', reopen: 'Not solved: open again',
  urgent: 'Keeps somebody from class', handedUp: 'With the platform', due: 'Answer due within {span}', overdue: 'Late by {span}', minutes: '{n} min', hours: '{n} h', hoursMinutes: '{h} h {n} min', days: '{n} days',
  noticeAnswered: 'What you reported was answered', deskIntro: 'What learners and teachers reported. What is due soonest stands first; who reported it is told of each answer.', whichDesk: 'Which desk', desk: { institution: 'Institution', platform: 'Platform' }, which: 'Which ones', shows: { open: 'Open', solved: 'Solved' },
  figures: 'Last 30 days: {n} reports, {open} open. Median time to the first answer: {median}. Answered late: {late}. Late and not answered: {overdue}.', deskEmpty: 'Nothing is open.', deskNoneSolved: 'Nothing was solved yet.',
  outsider: 'Somebody not logged in', callTo: 'Call {phone}', assigned: 'Looked after by {name}', unassigned: 'Nobody looks after it yet', take: 'I take it', release: 'Give it back', handUp: 'Hand to the platform', toIncident: 'Note as incident', hasIncident: 'Is in the incident log', browserTold: 'What their browser told',
  administrator: 'Daily administrator', administratorNone: 'not stated', toChanges: 'Institution and reported changes',
  incident: {
    intro: 'What broke: whom it hit, why, what was done, and when the authority was told. Grave incidents are reported at once.', add: 'Note an incident', none: 'No incident is noted.', whose: 'Whose incident', what: 'What happened', from: 'From', until: 'Until (empty while it goes on)', whom: 'Whom it hit', cause: 'Cause', measures: 'Measures',
    reported: 'Reported to the authority at', reportedHint: 'Empty while it is not reported.', linked: 'Linked: {lessons} lessons, {tickets} reports.', missing: 'Say what happened and from when.', save: 'Save', cancel: 'Cancel', edit: 'Change', running: 'goes on', reportedAt: 'Reported {at}', notReported: 'Not reported to the authority',
    found: 'Found by the platform', tickets: '{n} reports are linked', changed: 'Last changed by {name}, {at}', note: 'Note as incident', noted: 'In the incident log: complete it there',
  },
};
