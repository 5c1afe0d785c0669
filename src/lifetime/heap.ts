/**
 * Most megabytes of JavaScript objects in a process that works on the user's files and models. Pixels, weights and tables
 * of frames lie outside this heap; what grows past it is text or objects that a damaged or hostile file makes without end.
 */
export const HEAP_MEGABYTES = 512;
