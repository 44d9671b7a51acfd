/** What of a broad scene can be seen under all that lies over it. */
import type { SceneFacts } from '../types';

/** Whether the texture of skin shows: dots, grain, grids, steps, blur and a rough camera's noise hide it. */
export const skinShows = ({ surface, focus, tones, camera }: SceneFacts): boolean =>
  (surface === 'plain' || surface === 'banded') && focus === 'sharp' && tones === 'smooth' && camera === 'clear';
