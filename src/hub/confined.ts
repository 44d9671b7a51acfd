/** Confines this thread as soon as it is imported: the first import of `workers/hub.ts`. */
import { confine } from './confine';

confine(globalThis);
