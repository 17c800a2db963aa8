// Texts of corrections.
import type { Texts } from '../gather.ts';

export const texts: Texts = {
  intro: 'Hours are corrected with a paper: one of the office makes the correction, another approves it. Then hours are reckoned anew by themselves; what was observed stays as it was.', waiting: 'To be approved ({n})', noneWaiting: 'No correction waits.', howTo: 'To correct hours, open the learner’s hours in detail and choose “Correct hours”.', decided: 'Decided lately',
  state: { waiting: 'Waits for approval', approved: 'Approved', rejected: 'Not approved', withdrawn: 'Withdrawn' }, changes: { credit: '{n} minutes more', take: '{n} minutes less' }, colon: ': ',
  reason: { power_cut: 'Power or network cut', platform_fault: 'Fault of the platform', device_fault: 'Fault of a device', sign_in_misjudged: 'Sign-in judged wrongly', paper_sheet: 'Signed sheet on paper', stand_in: 'Somebody else sat there', not_attending: 'Was not attending', counted_wrongly: 'Counted wrongly', other: 'Another reason' },
  madeBy: 'Made by {by}, {at}', decidedBy: { approved: 'Approved by {by}, {at}', rejected: 'Not approved by {by}, {at}', withdrawn: 'Withdrawn by {by}, {at}' }, waitsForOther: 'You made this one: somebody else of the office approves it.',
  approve: 'Approve', reject: 'Do not approve', withdraw: 'Withdraw', why: 'Please say why', wordsShort: 'Please say what happened, in two signs at least.', now: '{done} of {of} minutes count now', sent: 'Made. It counts once somebody else of the office has approved it.', notNow: 'No correction can be made now: the office makes them after class, and nobody of their own hours.',
  list: 'Corrections in this lesson', none: 'There were none.', make: 'Make a correction', what: 'What to correct', way: { credit: 'More: this time should count', take: 'Less: this time should not count' }, unit: 'Which unit', suggest: { credit: 'Time that did not count (touch to fill in):', take: 'Time that counts (touch to fill in):' },
  from: 'From', to: 'Until', timeMissing: 'Please fill in from and until, in this order.', reasonLabel: 'Reason', choose: 'Please choose', reasonMissing: 'Please choose a reason.', words: 'What happened', wordsHint: 'When, what, and how you know. The learner sees the reason, not this.',
  paper: 'Paper (needed)', paperHint: 'For example a notice of the power cut, a photo of the sheet, a statement; signed and sealed. Add it, then choose it here.', paperMissing: 'Please add and choose a paper.', send: 'Make it, for another to approve',
  records: 'Corrections', recordLine: 'Unit {unit}, {from}–{to}: {change}. Reason: {reason}', recordBy: 'Made {made} by one of the office, approved {decided} by another.', open: 'Correct hours', mark: 'corrected', markOf: 'corrected +{more} −{less} min',
};
