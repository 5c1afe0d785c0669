import { serveSubject } from '../../bench/src';

/** The process of one of the programs that `bench speed` compares, started by it. */
serveSubject();
