import { serveSubject } from '../bench';

/** The process of one of the programs that `bench speed` compares, started by it. */
serveSubject();
