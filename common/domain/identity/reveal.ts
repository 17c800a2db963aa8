// What of a sealed identity can be shown, and when looking is a reason enough to be written down (R144, R158).

export const identityParts = ['number', 'birthDate', 'phone'] as const;
export type IdentityPart = (typeof identityParts)[number];

export const reasonShortest = 4;
export const reasonLongest = 200;

/** As it is kept; null for one that says nothing. */
export function plainReason(reason: string): string | null {
  const text = reason.trim().replaceAll(/\s+/g, ' ');
  return text.length >= reasonShortest && text.length <= reasonLongest && new Set(text).size > 2 ? text : null;
}
