/** What a table is of, in a sentence or two; no format prints it without. */
import { PAPER } from './paper';
import { unique, usedSets } from './settings';
import type { Result } from './table';

/** @param paper  The table has the paper's numbers beside ours. */
export function captionOf(about: string, results: readonly Result[], paper: boolean): string {
  const generated = usedSets(results).filter((set) => set.generated);
  const names = unique(generated.map(({ name }) => name)).sort();
  const beside = paper ? `, beside the numbers of ${PAPER}` : '';
  if (results.length === 0) return `${about}${beside}. Nothing of it was measured here.`;
  if (names.length === 0) return `${about}${beside}.`;
  return (
    `${about}${beside}. MEASURED WITH GENERATED PICTURES (${names.join(', ')}): these are no benchmark results` +
    `${paper ? ', and nothing follows from how they compare with the published numbers' : ''}.`
  );
}
