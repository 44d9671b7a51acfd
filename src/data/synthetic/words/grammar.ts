/** Sentences from clauses: a phrase is a template whose `{slots}` are filled from a record. */
import type { Random } from '../random';
import type { Place } from '../types';

export const WHERE: Record<Place, string> = {
  left: 'on the left',
  right: 'on the right',
  top: 'at the top',
  bottom: 'at the bottom',
  centre: 'in the middle',
  'all over': 'all over',
};

/** A place in one of several wordings, of the picture as the viewer sees it. */
export function whereWords(place: Place, random: Random): string {
  const plain = WHERE[place];
  if (place === 'all over' || random.chance(0.5)) return plain;
  const at = place === 'left' || place === 'right' ? random.pick([plain, `at the ${place}`]) : plain;
  return random.chance(0.4) ? at : `${at} of the picture`;
}

/** `fill('{thing} lies {where}', {thing: 'glare', where: 'on the left'})`; a/an follows the next letter. */
export function fill(template: string, slots: Readonly<Record<string, string>>): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => slots[name] ?? '');
  return filled
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/\b(a|an) (?=(\w))/gi, (_, article: string, next: string) => {
      const right = /[aeiou]/i.test(next) ? 'an' : 'a';
      return `${article[0] === 'A' ? right[0]!.toUpperCase() + right.slice(1) : right} `;
    });
}

/** One sentence of one or two clauses. */
export function sentence(clauses: readonly string[], random: Random): string {
  const joint = random.pick([' and ', ', and ', ', while ', '; ']);
  const text = clauses.join(joint);
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** Clauses in sentences of one or two, in the order given. */
export function sentences(clauses: readonly string[], random: Random, pairing = 0.5): string {
  const out: string[] = [];
  for (let i = 0; i < clauses.length;) {
    const take = i + 1 < clauses.length && random.chance(pairing) ? 2 : 1;
    out.push(sentence(clauses.slice(i, i + take), random));
    i += take;
  }
  return out.join(' ');
}
