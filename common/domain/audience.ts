// How large a class is large: then it is told figures instead of names, and its roster comes page by page.

/** From so many people on. */
export const largeFrom = 200;
