/** Whether faces are shown: sets whose licence forbids it hide them until the user says otherwise. */
import { type FaceSet, type SampleRow } from '../protocol';
import { loadSetting, saveSetting } from '../store/settings';
import type { StateHolder } from './holder';
import type { SessionState } from './types';

/** Sets that may be worked with, but whose faces may not be shown in public, and what their terms are called. */
const KEPT_BACK: Partial<Record<FaceSet, string>> = {
  'siw-mv2': 'the release agreement of SiW-Mv2 forbids showing its faces in public',
};

/** The public sets among the samples whose faces may not be shown. */
export function keptBack(samples: readonly Pick<SampleRow, 'faceSet'>[]): FaceSet[] {
  const found = new Set<FaceSet>();
  for (const { faceSet } of samples) {
    if (faceSet !== undefined && KEPT_BACK[faceSet] !== undefined) found.add(faceSet);
  }
  return [...found];
}

/** True when no face is to be seen, in the page or in what is exported. */
export function facesHidden({ faces, data }: Pick<SessionState, 'faces' | 'data'>): boolean {
  return faces === 'hidden' || (faces === 'auto' && data.keptBack.length > 0);
}

/** Why faces are hidden, as a sentence; null where they are not, or the user has said so. */
export function whyHidden({ faces, data }: Pick<SessionState, 'faces' | 'data'>): string | null {
  const [set] = data.keptBack;
  if (faces !== 'auto' || set === undefined) return null;
  return `Faces are hidden: ${KEPT_BACK[set]}.`;
}

/** Takes over what was chosen at an earlier visit, unless the address says something. */
export async function restoreFaces(holder: StateHolder): Promise<void> {
  if (holder.state.faces !== 'auto') return;
  const kept = await loadSetting('faces');
  if (kept !== null && holder.state.faces === 'auto') holder.update({ faces: kept });
}

export async function setFaces(holder: StateHolder, faces: 'shown' | 'hidden'): Promise<void> {
  holder.update({ faces });
  await saveSetting('faces', faces);
}
