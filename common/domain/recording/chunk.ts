// How a recording is cut while it is composed, and when a cut is due: known to the worker that does it and to whoever watches that it is done.

/** Longest chunk, in ms. */
export const chunkMs = 60_000;
/** A chunk is composed when so much of what follows it is on file: late packets, Sender Reports, and sound for whoever evens it. */
export const chunkContextMs = 6000;
