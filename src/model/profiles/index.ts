/** Every architecture that this room computes. */
import { IDEFICS3 } from './idefics3';
import { LLAVA_ONEVISION } from './llava_onevision';
import type { Profile } from './types';

export type { PictureForm, Profile, PromptForm } from './types';

export const profiles: readonly Profile[] = [IDEFICS3, LLAVA_ONEVISION];

/** What the architecture of a parsed configuration means. */
export function profileOf({ architecture }: { architecture: string }): Profile {
  const profile = profiles.find(({ modelTypes }) => modelTypes.includes(architecture));
  if (profile === undefined) throw new RangeError(`No profile of ${architecture}`);
  return profile;
}
