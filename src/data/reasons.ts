/** Whatever was thrown over one file, as the sentence that the page and the report show. */
import { WhyLiveError, errorToData } from '../protocol';

export function reasonOf(error: unknown): string {
  if (error instanceof WhyLiveError) {
    const { cause, remedy } = errorToData(error);
    return `${cause} ${remedy}`.trim();
  }
  const name = error instanceof Error ? error.name : '';
  // What reading a File gives after the file was moved, changed or locked (File API, "Errors and Exceptions").
  if (name === 'NotFoundError' || name === 'NotReadableError') {
    return 'The file could not be read: it was moved, changed or locked after it was chosen. Choose it again.';
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `The file could not be imported (${detail.replace(/\.$/, '')}). Leave it out, or save it again from its program.`;
}
