// Texts of programs that read an institution's data, and of the pages that tell how.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'Lets systems of your own, such as those of staff or of schedules, read lessons, hours, certificates and facts by themselves. They can read and never change anything, and get no names and no document numbers.',
  none: 'No program may read yet.', add: 'Let a program read', name: 'Name of the program', nameHint: 'For yourselves, such as “HR system of the group”.', missing: 'Please fill this in.',
  scopes: 'It may read', scopesMissing: 'Please choose at least one.',
  scope: { lessons_read: 'Lessons', ledger_read: 'Ledger of hours', certificates_read: 'Certificates', events_read: 'Facts' },
  scopeHint: { lessons_read: 'Cohort, title, time, state.', ledger_read: 'Time counted, answers and rules of each learner in each lesson.', certificates_read: 'Numbers, fingerprints, issued and revoked when.', events_read: 'All facts in the order they came to be; reading goes on where it ended.' },
  rate: 'Requests a minute at most', rateHint: '120 are enough for most; at most 6000.', rateWrong: 'A whole number from 1 to 6000, please.',
  save: 'Make a secret', saving: 'Making…', cancel: 'Cancel', secretTitle: 'Made. Give the number and the secret to whoever looks after the program', secretText: 'The secret is shown this once and never again; when it is lost, end the program here and make another.',
  id: 'Number', secret: 'Secret', copy: 'Copy the secret', copied: 'Copied', secretDone: 'I have noted it',
  active: 'In use', ended: 'Ended', upTo: 'Up to {n} requests a minute', madeBy: 'Made by {who}, {at}', lastUsed: 'last used {at}', neverUsed: 'never used yet', endedAt: 'ended {at}',
  end: 'End', endQuestion: 'The program can read nothing from that moment, and this cannot be undone. End it?', endSure: 'End it', docs: 'How to use the interface (for developers)',
};
