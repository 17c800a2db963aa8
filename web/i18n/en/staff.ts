// Texts of an institution’s people: adding, removing, who was there.
import type { MembershipRole } from '#domain/roles.ts';
import type { StaffPart } from '#domain/staff.ts';
import type { Texts } from '../gather.ts';

const part: Record<MembershipRole, string> = { admin: 'Platform administrators', institution: 'Office', teacher: 'Teachers', regulator: 'Regulators', student: 'Learners' };
const partHint: Record<StaffPart, string> = { teacher: 'Teachers teach and look after questions and exams.', institution: 'The office schedules, manages people and what the institution states, and sees all records.', regulator: 'Regulators see all records and change nothing.' };

export const texts: Texts = {
  part, partHint,
  intro: 'Who is in the institution, and as what. Adding and removing is recorded.', add: 'Add somebody', addHint: 'They register with the platform first. Enter their phone (or login) and their name: both have to be right.', who: 'Phone or login', name: 'Name', role: 'As', missing: 'Please fill this in.', added: '{name} has been added.',
  own: 'You', since: 'since {at}', ahead: 'lessons to teach: {n}', remove: 'Remove', removeOf: 'Remove {name}', keep: 'Keep', reason: 'Why they are removed', removeOwn: 'When you remove yourself you cannot manage this institution any more, at once.', removeAhead: 'Lessons that are scheduled for this teacher: {n}. Please arrange for these first, or nobody will teach them.',
  former: 'Who was here before', removedBy: 'Removed by {by}: {reason}',
};
