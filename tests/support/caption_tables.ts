/** Tables in the columns of the public caption set, and samples that they fit. The sentences are made up. */
import { REASONING_STAGES, type CaptionStyle, type FaceSet, type Label, type SampleRow } from '../../src/protocol';

export interface PublicRow {
  id: string;
  source: string;
  original_dir: string;
  image: null;
  spoof: number;
  attack_type: string | null;
  gpt_caption_holistic: string;
  prompt: string;
}

interface Video {
  source: string;
  faceSet: FaceSet;
  /** As the caption set writes it, and as recognition would. */
  dir: string;
  originalDir: string;
  label: Label;
}

/** As many videos of each set's training part as the official lists have, live and spoof. */
export function trainingVideos(): Video[] {
  const videos: Video[] = [];
  const add = (source: string, faceSet: FaceSet, dir: string, originalDir: string, spoof: boolean): void =>
    void videos.push({ source, faceSet, dir, originalDir, label: spoof ? 'spoof' : 'live' });
  for (let i = 0; i < 120; i++) {
    const dir = `${i < 30 ? 'real' : 'attack'}_client${String(i).padStart(3, '0')}_android_SD_scene01`;
    add('MSU-MFSD', 'msu-mfsd', dir, dir, i >= 30);
  }
  for (let user = 1; user <= 20; user++) {
    for (let n = 1; n <= 8; n++) add('CASIA', 'casia-fasd', `${user}_NM_${n}`, `${user}_${n}`, n > 2);
    for (let n = 1; n <= 4; n++) add('CASIA', 'casia-fasd', `${user}_HR_${n}`, `${user}_HR_${n}`, n > 1);
  }
  for (let i = 0; i < 360; i++) {
    const name = `client${String(i).padStart(3, '0')}_session01_webcam_authenticate_adverse_1`;
    if (i < 60) add('IDIAP', 'replay-attack', `real_${name}`, name, false);
    else add('IDIAP', 'replay-attack', `fixed_attack_print_${name}`, `fixed_attack_print_${name}`, true);
  }
  for (let user = 1; user <= 20; user++) {
    for (let phone = 1; phone <= 6; phone++) {
      for (let session = 1; session <= 3; session++) {
        for (let file = 1; file <= 5; file++) {
          const dir = `${phone}_${session}_${String(user).padStart(2, '0')}_${file}`;
          add('OULU-NPU', 'oulu-npu', dir, dir, file > 1);
        }
      }
    }
  }
  return videos;
}

export function textOf(style: CaptionStyle, label: Label, which: string): string {
  const verdict = label === 'live' ? 'This is a live face.' : 'This is a spoof, a printed photo.';
  if (style === 'vanilla') return `The skin of ${which} has a fine grain. ${verdict}`;
  const bodies = ['A face.', `Grain of ${which}.`, 'A nose.', 'Soft shadows.', 'A wall.', verdict];
  return REASONING_STAGES.map((stage, i) => `${stage}: ${bodies[i]}`).join(' ');
}

export function publicRows(style: CaptionStyle, videos: readonly Video[] = trainingVideos()): PublicRow[] {
  return videos.flatMap(({ source, dir, label }) =>
    [1, 2].map((frame) => ({
      id: `${source}/${dir}/${frame}`,
      source,
      original_dir: dir,
      image: null,
      spoof: label === 'spoof' ? 1 : 0,
      attack_type: label === 'spoof' ? 'printed_photo' : null,
      gpt_caption_holistic: textOf(style, label, `${dir}, ${frame}`),
      prompt: 'Describe the face.',
    })),
  );
}

/** An early and a middle frame of each video, as recognition leaves them. */
export function framesOf(videos: readonly Video[] = trainingVideos()): SampleRow[] {
  return videos.flatMap(({ faceSet, originalDir, label }) =>
    (['early', 'middle'] as const).map((role, i): SampleRow => {
      const file = `${label}/${originalDir}.mp4`;
      return {
        id: `${faceSet}/${file}/${role}`,
        set: faceSet,
        file,
        video: `${faceSet}/${file}`,
        role,
        seconds: i,
        label,
        attack: label === 'spoof' ? 'print' : null,
        subject: null,
        captions: {},
        width: 4,
        height: 4,
        frame: `frames/${faceSet}-${originalDir}-${label}-${role}.png`,
        thumbnail: new Blob(['thumbnail']),
        faceSet,
        part: 'train',
        originalDir,
      };
    }),
  );
}
