// Attachments (附件): files kept as evidence of something an institution stands for. What they may be, told by content and never by name.

/** What a file shows. Stable, as error codes are; each has its word in both languages. */
export const attachmentKinds = ['licence', 'lawful_use', 'qualification', 'award', 'commitment', 'outline', 'signed_sheet', 'correction', 'other'] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

/** What a file may belong to; `db/queries/attachment-subjects.ts` knows the row of each and its institution. */
export const attachmentSubjects = ['institution', 'course', 'instructor', 'cohort', 'lesson'] as const;
export type AttachmentSubject = (typeof attachmentSubjects)[number];

export const attachmentTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const;
export type AttachmentType = (typeof attachmentTypes)[number];

export const attachmentMaxBytes = 20 * 1024 * 1024;
/** Of one subject, withdrawn ones too. */
export const mostAttachments = 200;

const endings: Record<AttachmentType, readonly string[]> = { 'application/pdf': ['pdf'], 'image/jpeg': ['jpg', 'jpeg'], 'image/png': ['png'] };
const longestName = 120;
/** Control signs, and those that turn the direction of writing: `gpj.exe` is not to be read as `exe.jpg`. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A name as it is kept and given back: no folders, nothing unseen, at most 120 signs, and an ending that says what the content is. A name of which nothing is left is called `file`.
 */
export function attachmentName(given: string, type: AttachmentType): string {
  const last = given.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const clean = last.replace(unseen, '').replace(/[<>:"|?*]/g, '_').replace(/\s+/g, ' ').replace(/^[. ]+/, '').trim();
  const ending = endings[type].find((one) => clean.toLowerCase().endsWith(`.${one}`));
  const stem = ending ? clean.slice(0, -ending.length - 1) : clean;
  const cut = [...stem].slice(0, longestName - 5).join('').trim();
  return `${cut === '' ? 'file' : cut}.${ending ?? endings[type][0]}`;
}
