// Why time counts or does not: the same words in the classroom, on the class wall, in the hours and wherever a span is told.
import type { PresenceReason } from '#domain/presence/facts.ts';
import type { WallCheck } from '#domain/presence/wall.ts';

/** In a word or two, for lists. */
const reason: Record<PresenceReason, string> = {
  present: 'Counted', not_signed_in: 'Not signed in yet', check_failed: 'Check not passed', check_missed: 'Check not answered', elsewhere: 'Counted in another class', no_media: 'No picture or sound arrived', idle: 'Nothing touched for long',
  hidden: 'Page not in front', removed: 'Taken out of class', left: 'Left the class', disconnected: 'Connection cut', lease_expired: 'Connection lost', not_joined: 'Not in the class', corrected: 'Counted by a correction', taken_back: 'Taken off by a correction', on_site: 'At the place',
};
/** What happened, in a sentence; for the learner afterwards. */
const why: Record<PresenceReason, string> = {
  present: 'You were in the class; this time counts.', not_signed_in: 'Time before a passed sign-in does not count.', check_failed: 'The face check was not passed; the time between the passed checks around it does not count.', check_missed: 'The check was not answered in time; this stretch does not count.', elsewhere: 'At that time you were also in another class, entered before this one; the time counts there, and only once.',
  no_media: 'The teacher’s picture and sound did not reach your device for longer than is allowed.', idle: 'Nothing was touched for long, and nobody answered when asked.', hidden: 'The classroom page was in the background or minimised for longer than is allowed.', removed: 'The teacher took you out of the class; the reason stands below.', left: 'You left the class.', disconnected: 'The connection between your device and the class was cut.',
  lease_expired: 'Nothing more was heard of the device: network, power, or a closed lid.', not_joined: 'You had not entered the class.', corrected: 'Two people of the institution corrected this with a paper; the time counts.', taken_back: 'Two people of the institution corrected this with a paper; the time does not count.', on_site: 'By the signed sheet you were at the place; the time counts.',
};
/** What to do now, while it can still be changed. */
const todo: Record<PresenceReason, string> = {
  present: 'Please keep this page in front.', not_signed_in: 'Please sign in as asked; your time counts from then on.', check_failed: 'Please wait for the next check and face the camera; if you think this was wrong, you can appeal after class.', check_missed: 'Please answer the next check in time; what is missing can be made up after class.', elsewhere: 'One class at a time: leave the other one and your time counts here at once; what is missing can be made up after class.',
  no_media: 'Please reload the page or change the network; it goes on by itself.', idle: 'Please touch the page or press any key to show that you are there.', hidden: 'Please come back to this page and keep it in front; it goes on at once.', removed: 'Please talk to the teacher; you can come back when they allow it.', left: 'Please enter the class again.', disconnected: 'Please check your network; it goes on by itself.',
  lease_expired: 'Please check your network; it goes on by itself.', not_joined: 'Please enter the class.', corrected: 'Nothing to do.', taken_back: 'If you think this is wrong, please ask your institution.', on_site: 'Nothing to do.',
};
const check: Record<WallCheck, string> = { asked: 'Check waits', verifying: 'Being checked', passed: 'Check passed', look: 'Waits for a look', missed: 'Check not answered', failed: 'Check not passed' };

export const texts = {
  reason, why, todo, check,
  line: {
    label: 'Learning time', counting: 'Your time counts', soon: 'Your time is about to stop counting', stopped: 'Your time does not count', paused: 'No time is counted now', waiting: 'Your time counts once class begins', offline: 'Not connected: your time does not count', checking: 'Sign-in received, being checked', unknown: 'Looking at your time…',
    pausedText: 'Class is paused; this costs you nothing.', offlineText: 'Please check your network. It goes on by itself, no need to reload.', checkingText: 'When it is passed, the time since you signed in counts.', soonText: '{reason}: stops in {n} s.', because: ': {reason}', sum: '{done} of {of} minutes of this lesson', tabStopped: '⏸ Not counting',
  },
  wall: {
    title: 'Attendance', counting: 'Counting', notCounting: 'Not counting', below: 'Below {share}', asked: 'Check waits', look: 'Wait for a look', missed: 'Check went wrong', share: '{share} of this unit', belowMark: 'Below {share}', notHeld: 'No time is counted now',
    first: '{all} learners; shown are the {n} who need attention most.', nobody: 'This class has no learners yet.', allWell: 'Everybody is in class and well.', details: 'Hours of {name} (new page)', old: 'Could not be refreshed; below is how it was at {at}.', rule: 'Of the unit that runs, rules: {pack}.', loading: 'Reading attendance…', waiting: 'Once class begins, every learner’s attendance stands here.',
  },
};
