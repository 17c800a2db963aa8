// Texts of addresses of an institution's own programs that are told its facts.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'Systems of your own are told when a lesson begins or ends, a replay is made, hours change, a certificate is issued or a subsidy file made. One message a fact, sent again until it is taken; numbers and figures only, no names and no document numbers.',
  none: 'No address is told anything yet.', add: 'Add an address', name: 'Name', nameHint: 'For yourselves, such as “HR system of the group”.', address: 'Address', addressHint: 'Begins with https; whoever runs that system knows it.', missing: 'Please fill this in.',
  save: 'Add', saving: 'Adding…', cancel: 'Cancel', secretTitle: 'Added. Give the secret to whoever looks after that system', secretText: 'With it they check that a message is from here. It is shown this once.', secretDone: 'I have noted it',
  trouble: 'Not reached since {since}: {what} It is tried again until it works; nothing is lost.', pausedUnreached: 'Not reached for five days since {since} ({what}), and paused by itself. Mend it and resume: what was not taken is sent then.', refused: 'Refused',
  end: 'End', endQuestion: 'Nothing more is told from that moment, nor what still waits, and this cannot be undone. End it?',
};
