/** Rows of samples without a picture. */
import type { SampleRow } from '../../src/protocol';

/** A row for a path such as `synthetic-C/live/s01.png`. */
export function rowOf(path: string): SampleRow {
  const [set = '', kind = '', name = ''] = path.split('/');
  const label = kind === 'live' ? 'live' : 'spoof';
  return {
    id: `id:${path}`,
    set,
    file: `${kind}/${name}`,
    video: name,
    role: 'image',
    seconds: 0,
    label,
    attack: label === 'live' ? null : kind,
    subject: name.replace(/\.\w+$/, ''),
    captions: { vanilla: `A face, ${label}.` },
    width: 4,
    height: 4,
    frame: `frames/test/${path}`,
    thumbnail: new Blob(['thumbnail']),
  };
}
