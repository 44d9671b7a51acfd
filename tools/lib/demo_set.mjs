/** Which files the embedded face set has, and the generator's clip behind each of them. */
import { loadTypeScript } from './typescript.mjs';

export const SUBJECTS = 26;
export const STYLES = ['vanilla', 'reasoning'];
/** Kinds of files as two kinds of devices write them. */
export const SETS = [
  { domain: 'synthetic-M', clips: ['mp4', 'mp4', 'webm'], still: 'jpg' },
  { domain: 'synthetic-C', clips: ['webm', 'webm', 'mp4'], still: 'png' },
];
/** Attack and first take of everybody's clips, and attacks of the stills in turn. @type {[string | null, number][]} */
const KINDS = [
  [null, 1],
  [null, 2],
  ['print', 1],
  ['replay', 1],
];
const STILLS = [null, 'print', 'replay'];
/** Number of the first clip that a still may be taken from: beyond all clips that are written. */
const STILL = 9;
/** An attack is shown in the first of so many takes that shows a cue at this strength or more. */
const TAKES = 4;
const PLAIN = 0.6;

/**
 * Everybody has two live clips, one print and one replay; of every third person there is a still of one of these.
 *
 * One in five replays of synthetic-M shows hardly a sign of the screen. So it is in life; but who looks at a first
 * demonstration, and a model that has 180 steps, should find something to point at.
 *
 * @returns {Promise<{ file: string, clip: any, facts: any, still: boolean }[]>} `facts`: what is true of both frames
 */
export async function demoFiles(/** @type {number} */ seed) {
  const { clipFacts, domainOf, keptFrames, renderFrame } = await loadTypeScript('src/data/synthetic/index.ts');
  const { clipOf } = await loadTypeScript('src/data/synthetic/sets/clip.ts');
  /** @returns {{ clip: any, facts: any, still: boolean }} */
  const shown = (
    /** @type {any} */ domain,
    /** @type {number} */ number,
    /** @type {string | null} */ attack,
    /** @type {number} */ first,
    still = false,
  ) => {
    for (let take = first; ; take++) {
      const clip = clipOf(domain, seed, number, attack, take);
      const facts = still ? renderFrame(clip, keptFrames(clip).early).facts : clipFacts(clip);
      const plain = facts.cues.some((/** @type {{ strength: number }} */ { strength }) => strength >= PLAIN);
      if (attack === null || plain || take === first + TAKES - 1) return { clip, facts, still };
    }
  };
  const files = [];
  for (const { domain: name, clips, still } of SETS) {
    const domain = domainOf(name);
    let count = 0;
    for (let number = 1; number <= SUBJECTS; number++) {
      for (const [attack, first] of KINDS) {
        const entry = shown(domain, number, attack, first);
        files.push({ ...entry, file: `${entry.clip.name}.${clips[count++ % clips.length]}` });
      }
    }
    for (let number = 1; number <= SUBJECTS; number += 3) {
      const attack = STILLS[((number - 1) / 3) % 3] ?? null;
      const entry = shown(domain, number, attack, STILL, true);
      files.push({ ...entry, file: `${entry.clip.name.replace(/_\d+$/, '_still')}.${still}` });
    }
  }
  return files;
}
