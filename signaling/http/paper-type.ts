// What a paper is, told by its content: PDF, or a picture that can be read.
import { attachmentTypes, type AttachmentType } from '#domain/attachment.ts';
import { kindOfBytes } from '#domain/courseware.ts';
import { DomainError } from '#domain/errors.ts';
import { readablePictureType } from './readable-picture.ts';

/** Throws attachment_type, picture_invalid. */
export async function paperTypeOf(bytes: Buffer): Promise<AttachmentType> {
  if (kindOfBytes(bytes) === 'pdf') return 'application/pdf';
  const refused = new DomainError('attachment_type', 'neither PDF nor JPEG nor PNG, by its content');
  if (kindOfBytes(bytes) !== 'picture') throw refused;
  const type = await readablePictureType(bytes);
  const fitting = attachmentTypes.find((one) => one === type);
  if (!fitting) throw refused;
  return fitting;
}
