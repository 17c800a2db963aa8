// Texts of a learner's real-name data as the office of the institution sees them.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  none: 'This learner has not registered real-name details yet.',
  reveal: 'See the full details',
  warning: 'Each time, your name, the time, what you saw and why are put on record. The learner sees it, and it cannot be changed. It is hidden again after 1 minute.',
  which: 'What you need to see',
  noFields: 'Please choose at least one.',
  reason: 'Why',
  reasonHint: 'Say what it is for, such as: comparing identities for the subsidy claim.',
  noReason: 'Please say why, in at least 4 characters.',
  show: 'Put on record and show',
  hide: 'Hide',
};
