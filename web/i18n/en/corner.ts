// Texts of the public corner: policy news, jobs, the authority's resources, and their desk.
import type { CornerField, CornerKind, CornerState } from '#domain/corner.ts';
import type { Texts } from '../gather.ts';

const kind: Record<CornerKind, string> = { news: 'Policy', job: 'Jobs' };
const state: Record<CornerState, string> = { waiting: 'Waits for review', published: 'Published', refused: 'Refused', taken_down: 'Taken down' };
const field: Record<CornerField, string> = { title: 'Title', words: 'Text', source: 'Source', link: 'Address of the original', employer: 'Employer', place: 'Place of work', wage: 'Pay', contact: 'Contact and phone', lastDay: 'Last day' };

export const texts: Texts = {
  kind, state, field,
  intro: 'Policies, jobs and free material to study, without login.', which: 'What to see', resources: 'Free material', newsNone: 'There is no policy news now.', jobsNone: 'There are no jobs now.', resourcesNone: 'The authority has not added material yet.', more: '20 more',
  authority: 'The authority', by: 'By {by}', until: 'Until {day}', untilNews: 'Valid until {day}', service: 'Public employment service', serviceHint: 'More jobs and services on the official site:', serviceOpen: 'Open {name}', outside: '(another site)',
  back: 'Back to the list', original: 'Read the original', gone: 'This does not exist, is over, or was taken down.', fee: 'A proper employer asks no money of you. Pay nothing to whoever asks for money first, and tell us.', report: 'Report a problem', download: 'Download {name}', toDesk: 'Write and review',
  desk: {
    intro: 'What an institution writes is public after somebody else (the authority, or whoever runs the platform) has let it through.', write: 'Write one', none: 'Nothing was written yet.', waiting: '{n} wait for review', institution: 'Which institution', kindOf: 'What it is', jobTitle: 'Job', jobWords: 'What is asked and offered', lastDayJob: 'Last day of the offer (90 days at most)', lastDayNews: 'Last day it is valid (may be empty)',
    linkHint: 'May be empty. Begins with https:// or http://.', send: 'Hand in for review', sending: 'Handing in…', cancel: 'Cancel', sent: 'Handed in; it waits for review.', missing: 'Please fill this in.', linkWrong: 'That is no address; it begins with https:// or http://.', dayWrong: 'That day is wrong: not before today, and 90 days at most for a job.',
    writtenBy: '{name}, {at} · {institution}', decidedBy: 'Reviewed by {name}, {at}', takenDownBy: 'Taken down by {name}, {at}', reasonOf: 'Reason: {reason}', over: 'Over', publish: 'Let through', refuse: 'Refuse', takeDown: 'Take down', reason: 'Why', reasonMissing: 'Please say why (two signs at least).', confirmRefuse: 'Refuse it', confirmTakeDown: 'Take it down',
    copy: 'Write a new one like it', own: 'The authority or the platform looks at it.', view: 'See it in public',
  },
  upload: {
    title: 'Free material of the authority', intro: 'The authority may add its own general material, ten files at most, free for everybody. There are {n} now.', name: 'Name', words: 'One sentence (may be empty)', file: 'Choose a file (PDF, JPG or PNG, 20 MB at most)', send: 'Upload', sending: 'Uploading…', full: 'All ten places are taken. Withdraw one first.', missing: 'Please give a name and choose a file.', done: 'Uploaded; everybody sees it.', withdraw: 'Withdraw', reason: 'Why it is withdrawn', confirm: 'Withdraw it',
  },
};
