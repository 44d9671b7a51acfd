/** What a model that drafts captions is told of a sample: the instruction's placeholders in words. */
import { ImportError } from './errors';
import type { SampleRow } from './samples';

/** The attacks that are known by name; any other is called by its own name. */
const ATTACKS: Readonly<Record<string, string>> = {
  print: 'a printed photo',
  replay: 'a picture on a screen',
  mask: 'a mask',
};

/**
 * `{label}` becomes `live` or `spoof`; `{attack}` becomes `no attack` for a live face, `a printed photo` and the like for
 * a known attack, `an attack of the kind paper glasses` for another one, `an attack of unknown kind` without a name.
 *
 * @throws ImportError naming the sample's file where a placeholder asks for a label that it does not have
 */
export function filledInstruction(
  instruction: string,
  { label, attack, set, file }: Pick<SampleRow, 'label' | 'attack' | 'set' | 'file'>,
): string {
  return instruction.replace(/\{(label|attack)\}/g, (_, placeholder: string) => {
    if (label === null) {
      throw new ImportError({
        file: `${set}/${file}`,
        cause: `It has no label, and the instruction speaks of its {${placeholder}}.`,
        remedy: 'Label it live or spoof, or take the placeholder out of the instruction.',
      });
    }
    if (placeholder === 'label') return label;
    if (label === 'live') return 'no attack';
    if (attack === null) return 'an attack of unknown kind';
    return Object.hasOwn(ATTACKS, attack)
      ? ATTACKS[attack]!
      : `an attack of the kind ${attack.replaceAll(/[-_\s]+/g, ' ')}`;
  });
}
