/** What a domain is: one place, one kind of camera, and the ways in which somebody there is impersonated. */
import type { CameraStyle } from '../camera/parameters';
import type { Range } from '../camera/ranges';
import type { PrintStyle, ScreenStyle } from '../media/styles';
import type { Attack, Backdrop } from '../types';
import type { LightStyle } from './light';
import type { DomainName } from './types';

export type Weighted<T> = readonly (readonly [T, number])[];

export interface Domain {
  name: DomainName;
  /** Before the numbers of its subjects: `M01`. */
  prefix: string;
  /** One sentence: what it imitates and in what it differs. */
  about: string;
  attacks: readonly Attack[];
  camera: CameraStyle;
  light: LightStyle;
  backdrops: readonly Backdrop[];
  /** Half the face's width as a part of the frame's edge, as the domain's camera sees it, live and presented alike. */
  scale: Range;
  /** Motion of the head within a clip; 1 is somebody who holds still. */
  sway: number;
  /** Motion of a presented print or screen within a clip, halves of the frame's edge; 0 on a stand. */
  tremble: number;
  /** The camera with which attackers photograph or film a person before they print or show the picture. */
  attacker: CameraStyle;
  /** Light in which they do it. */
  studio: LightStyle;
  prints: Weighted<PrintStyle>;
  screens: Weighted<ScreenStyle>;
}
