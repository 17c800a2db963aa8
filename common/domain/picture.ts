// Which pictures are taken at all: told by their first bytes, never by what the sender calls them.

export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PictureType = (typeof pictureTypes)[number];

const startsWith = (bytes: Uint8Array, offset: number, wanted: readonly number[]): boolean =>
  wanted.every((value, index) => bytes[offset + index] === value);

/** The type by signature, or null for anything else (SVG, GIF, text, nothing). */
export function pictureTypeOf(bytes: Uint8Array): PictureType | null {
  if (startsWith(bytes, 0, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  if (startsWith(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (startsWith(bytes, 0, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, 8, [0x57, 0x45, 0x42, 0x50])) return 'image/webp';
  return null;
}
