/** Which files the embedded face set has, and the generator's clip behind each of them. */
import { loadTypeScript } from './typescript.mjs';

export const SUBJECTS = 26;
export const STYLES = ['vanilla', 'reasoning'];
/** Kinds of files as two kinds of devices write them. */
export const SETS = [
  { domain: 'synthetic-M', clips: ['mp4', 'mp4', 'webm'], still: 'jpg' },
  { domain: 'synthetic-C', clips: ['webm', 'webm', 'mp4'], still: 'png' },
];
/** Number of the clip that a still is taken from: beyond all clips that are written. */
const STILL = 9;

/**
 * Everybody has two live clips, one print and one replay; of every third person there is a still of one of these.
 *
 * @returns {Promise<{ file: string, clip: any, still: boolean }[]>}
 */
export async function demoFiles(/** @type {number} */ seed) {
  const { clipsOf, domainOf } = await loadTypeScript('src/data/synthetic/index.ts');
  const { clipOf } = await loadTypeScript('src/data/synthetic/sets/clip.ts');
  const attacks = ['print', 'replay'];
  return SETS.flatMap(({ domain, clips, still }) => {
    const request = { domain, subjects: SUBJECTS, liveClips: 2, attackClips: 1, attacks, styles: STYLES, seed };
    const files = [...clipsOf(request)].map((clip, i) => ({
      file: `${clip.name}.${clips[i % clips.length]}`,
      clip,
      still: false,
    }));
    for (let number = 1; number <= SUBJECTS; number += 3) {
      const attack = [null, ...attacks][((number - 1) / 3) % 3] ?? null;
      const clip = clipOf(domainOf(domain), seed, number, attack, STILL);
      files.push({ file: `${clip.name.replace(/_\d+$/, '_still')}.${still}`, clip, still: true });
    }
    return files;
  });
}
