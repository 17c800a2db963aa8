// Texts of attachments: kinds of files, adding, opening, withdrawing.
import type { AttachmentKind } from '#domain/attachment.ts';
import type { Texts } from '../gather.ts';

const kind: Record<AttachmentKind, string> = {
  licence: 'Licence', lawful_use: 'Right to use the platform', qualification: 'Qualification', award: 'Award', commitment: 'Commitment', outline: 'Outline or teaching plan', signed_sheet: 'Signed and sealed paper', correction: 'Correction', other: 'Other paper',
};

export const texts: Texts = {
  kind,
  kindLabel: 'Kind of paper', choose: 'Choose a file and send it', chooseOf: 'Send: {kind}', hint: 'PDF, JPEG or PNG, 20 MB at most. What was sent cannot be deleted, only withdrawn.',
  sending: 'Sending, {percent}%', checking: 'Being checked…', stop: 'Stop sending', added: '“{name}” has been added.',
  empty: 'No papers yet.', open: 'Download “{name}”', by: '{by}, {at}',
  withdraw: 'Withdraw', withdrawOf: 'Withdraw “{name}”', reason: 'Why it is withdrawn', reasonHint: 'The reason is kept with the file; regulators see it too.', confirm: 'Withdraw it', keep: 'Keep it', reasonShort: 'Please say why, in two signs or more.',
  withdrawn: 'Withdrawn', withdrawnBy: 'Withdrawn by {by}, {at}: {reason}',
};
