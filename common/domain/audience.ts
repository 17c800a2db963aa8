// How large a class is large: then it is told figures instead of names, and its roster comes page by page.

/** From so many people on. */
export const largeFrom = 200;
/** Of so many enrolled, also staff see only who is in view (staff, and who is on stage) and get the others page by page, when they ask. */
export const comesInPages = (learnerCount: number): boolean => learnerCount >= largeFrom;
