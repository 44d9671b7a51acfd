/** What captions share: whole texts, texts without the words of label and attack, sentences, runs of five words. */
import type { AuditCaption, CaptionStyle, Repeated } from '../../protocol';

/** How many of the most common are listed, by style; and how many samples of each. */
const LISTED = 10;
const SAMPLES = 50;
/** Words that differ between captions of a template because label and attack do. */
const LABEL_WORDS = new Set(
  (
    'a an the live real genuine bona fide bonafide authentic alive living person face human spoof spoofs spoofed spoofing fake fraudulent ' +
    'attack attacks presentation print prints printed printout photo photos photograph paper picture replay replays replayed screen ' +
    'screens display displays displayed monitor tablet phone video recording mask masks mannequin silicone makeup not no non it its is'
  ).split(' '),
);
const RUN = 5;

/** Words in lower case; numbers and punctuation are passed over. */
function wordsIn(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? [];
}

export class Repeats {
  /** By style and text: indices of captions. */
  private readonly texts = new Map<string, number[]>();
  private readonly templates = new Map<string, number[]>();
  private readonly sentences = new Map<string, { captions: number[]; example: string }>();
  private readonly runs: Record<CaptionStyle, { all: number; seen: Set<number> }> = {
    vanilla: { all: 0, seen: new Set() },
    reasoning: { all: 0, seen: new Set() },
  };

  constructor(private readonly captions: readonly AuditCaption[]) {}

  add(index: number): void {
    const { text, style } = this.captions[index]!;
    const words = wordsIn(text);
    put(this.texts, `${style} ${text.replace(/\s+/g, ' ').trim().toLowerCase()}`, index);
    put(this.templates, `${style} ${words.filter((word) => !LABEL_WORDS.has(word)).join(' ')}`, index);
    for (const sentence of text.split(/[.!?\n]+/)) {
      const key = wordsIn(sentence).join(' ');
      if (key.split(' ', RUN).length < RUN) continue;
      const entry = this.sentences.get(`${style} ${key}`) ?? { captions: [], example: sentence.trim() };
      if (entry.captions.at(-1) !== index) entry.captions.push(index);
      this.sentences.set(`${style} ${key}`, entry);
    }
    const runs = this.runs[style];
    const hashes = words.map(hash);
    for (let i = RUN; i <= hashes.length; i++) {
      runs.all++;
      runs.seen.add(hashes.slice(i - RUN, i).reduce((all, each) => Math.imul(all, 0x01000193) ^ each, 0x811c9dc5));
    }
  }

  /** By caption: how many of other videos have its text, and its template; how many of its own video have its text. */
  shared(): Record<'identical' | 'template' | 'within', Map<number, number>> {
    const within = new Map<number, number>();
    const others = (groups: ReadonlyMap<string, readonly number[]>, own: Map<number, number> | null): typeof within => {
      const counts = new Map<number, number>();
      for (const group of groups.values()) {
        const videos = new Map<string, number>();
        for (const index of group) videos.set(this.videoOf(index), (videos.get(this.videoOf(index)) ?? 0) + 1);
        for (const index of group) {
          const here = videos.get(this.videoOf(index))!;
          if (group.length > here) counts.set(index, group.length - here);
          if (here > 1) own?.set(index, here - 1);
        }
      }
      return counts;
    };
    return { identical: others(this.texts, within), template: others(this.templates, null), within };
  }

  private videoOf(index: number): string {
    const { set, video, sampleId } = this.captions[index]!;
    return video === undefined ? sampleId : JSON.stringify([set, video]);
  }

  mostCommonTemplates(): Repeated[] {
    const groups = [...this.templates.values()].map((captions) => ({
      captions,
      example: this.captions[captions[0]!]!.text,
    }));
    return this.mostCommon(groups);
  }

  mostCommonSentences(): Repeated[] {
    return this.mostCommon([...this.sentences.values()]);
  }

  fiveWords(): Partial<Record<CaptionStyle, { all: number; distinct: number }>> {
    const of = ({ all, seen }: { all: number; seen: Set<number> }): { all: number; distinct: number } => ({
      all,
      distinct: seen.size,
    });
    const { vanilla, reasoning } = this.runs;
    return {
      ...(vanilla.all > 0 ? { vanilla: of(vanilla) } : {}),
      ...(reasoning.all > 0 ? { reasoning: of(reasoning) } : {}),
    };
  }

  private mostCommon(groups: readonly { captions: readonly number[]; example: string }[]): Repeated[] {
    const repeated = groups.filter(({ captions }) => captions.length > 1);
    repeated.sort((a, b) => b.captions.length - a.captions.length || (a.example < b.example ? -1 : 1));
    return (['vanilla', 'reasoning'] as const).flatMap((style) =>
      repeated
        .filter(({ captions }) => this.captions[captions[0]!]!.style === style)
        .slice(0, LISTED)
        .map(({ captions, example }) => ({
          style,
          captions: captions.length,
          example: example.length > 400 ? `${example.slice(0, 399)}\u2026` : example,
          sampleIds: captions.slice(0, SAMPLES).map((index) => this.captions[index]!.sampleId),
        })),
    );
  }
}

function put(groups: Map<string, number[]>, key: string, index: number): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [index]);
  else group.push(index);
}

function hash(word: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), 0x01000193);
  return h | 0;
}
