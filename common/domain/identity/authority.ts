// What is known from an authority about a name and its document (R102).

/** `not_asked`: nobody was asked, or the person did not agree to it. `unavailable`: asked, and no clear answer came. */
export const authorityStatuses = ['not_asked', 'confirmed', 'denied', 'unavailable'] as const;
export type AuthorityStatus = (typeof authorityStatuses)[number];
