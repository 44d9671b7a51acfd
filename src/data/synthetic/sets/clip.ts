/**
 * A clip: one person, once, before a domain's camera or in an attacker's picture. All of it follows from (seed, clip's
 * name); a frame follows from the clip and its number alone.
 */
import { drawCamera, type CameraParameters } from '../camera/parameters';
import { draw } from '../camera/ranges';
import { drawPerson, drawShot, stir } from '../face';
import { drawCut, type Cut } from '../media/cut';
import type { Placement } from '../media/placement';
import type { PrintParameters } from '../media/print';
import type { ScreenParameters } from '../media/screen';
import { drawPrint, drawScreen } from '../media/styles';
import { PI, clamp, cos, mix, sin } from '../maths';
import { Random } from '../random';
import type { Attack, Person, Shot } from '../types';
import { drawWorn, type WornAttack, type WornParameters } from '../worn';
import type { Domain } from './domain';
import { drawLight } from './light';

export const FRAMES_A_SECOND = 12;

/** How the person comes before the domain's camera. */
export type Means =
  | { kind: 'live' }
  | { kind: 'print'; print: PrintParameters; camera: CameraParameters; held: Held | null }
  | { kind: 'replay'; screen: ScreenParameters; camera: CameraParameters }
  | { kind: 'worn'; worn: WornParameters };

/** A print that is cut out and held over somebody's face, and the shots at the ends of that person's own sway. */
export interface Held {
  cut: Cut;
  wearer: Person;
  from: Shot;
  to: Shot;
}

export interface Clip {
  /** `synthetic-M/live/M01_1`. */
  name: string;
  subject: string;
  attack: Attack | null;
  seed: number;
  domain: Domain;
  person: Person;
  /** The shot at the ends of the head's sway. */
  from: Shot;
  to: Shot;
  means: Means;
  camera: CameraParameters;
  /** Frames of the whole clip, 10..13, `FRAMES_A_SECOND` of them a second. */
  frames: number;
  /** Phase and step of the sway, radians; frame whose eyes are closed, often past the end. */
  phase: number;
  step: number;
  blinkAt: number;
}

/** Numbers of the two frames that a set keeps: at a tenth and at half of the clip, as of an imported video. */
export const keptFrames = ({ frames }: Pick<Clip, 'frames'>): { early: number; middle: number } => ({
  early: Math.floor(0.1 * frames),
  middle: Math.floor(0.5 * frames),
});

export const subjectName = ({ prefix }: Domain, number: number): string =>
  `${prefix}${number < 10 ? '0' : ''}${number}`;

/** Folder of a kind: one whose words say live or spoof also to somebody who has lost the table beside it. */
const folderOf = (attack: Attack | null): string =>
  attack === null ? 'live' : attack === 'print' || attack === 'replay' ? attack : `spoof/${attack}`;

/** @param number of the subject and `take` of the clip, both from 1 */
export function clipOf(domain: Domain, seed: number, number: number, attack: Attack | null, take: number): Clip {
  const subject = subjectName(domain, number);
  const name = `${domain.name}/${folderOf(attack)}/${subject}_${take}`;
  const random = (part: string): Random => new Random(seed, name, part);
  const { means, cut } = meansOf(domain, attack, random);
  const timing = random('timing');
  const pose = random('shot');
  const presented = means.kind === 'print' || means.kind === 'replay';
  const medium =
    means.kind === 'print' ? means.print.placement : means.kind === 'replay' ? means.screen.placement : null;
  const from = drawShot(pose, {
    ...framing(domain, medium, random('framing')),
    light: drawLight(random('light'), presented ? domain.studio : domain.light),
    backdrop: random('backdrop').pick(domain.backdrops),
    // Nobody wears glasses over or under a thing on the face.
    ...(cut !== null || (means.kind === 'worn' && !means.worn.kind.startsWith('makeup'))
      ? { eyewear: 'none' as const }
      : {}),
  });
  // Paint leaves room for glasses, and would be hidden behind dark ones.
  if (means.kind === 'worn' && from.eyewear === 'sunglasses') from.eyewear = 'none';
  if (means.kind === 'print' && cut !== null) means.held = heldOver(domain, from, means.print.placement, cut, random);
  const frames = timing.int(10, 13);
  return {
    name,
    subject,
    attack,
    seed,
    domain,
    person: drawPerson(new Random(seed, domain.name, 'person', number)),
    from,
    to: stir(from, random('sway'), domain.sway),
    means,
    camera: drawCamera(random('camera'), domain.camera),
    frames,
    phase: timing.uniform(0, 2 * PI),
    step: timing.uniform(0.35, 0.65),
    blinkAt: timing.int(0, 3 * frames),
  };
}

function meansOf(
  domain: Domain,
  attack: Attack | null,
  random: (part: string) => Random,
): { means: Means; cut: Cut | null } {
  if (attack === null) return { means: { kind: 'live' }, cut: null };
  const own = random('means');
  const camera = (): CameraParameters =>
    drawCamera(random('attacker'), { ...domain.attacker, edge: domain.camera.edge });
  if (attack === 'print') {
    const style = own.weighted(domain.prints);
    const print = drawPrint(own, style);
    const cut = style.cut === undefined ? null : drawCut(random('cut'), style.cut);
    return { means: { kind: 'print', print, camera: camera(), held: null }, cut };
  }
  if (attack === 'replay') {
    const screen = drawScreen(own, own.weighted(domain.screens));
    return { means: { kind: 'replay', screen, camera: camera() }, cut: null };
  }
  return { means: { kind: 'worn', worn: drawWorn(attack satisfies WornAttack, own) }, cut: null };
}

/**
 * Whoever holds a cut photograph before the face stands as the face in it does, so that the eyes meet the holes, in the
 * domain's own light from the same side as the photographed lamp.
 */
function heldOver(
  domain: Domain,
  photographed: Shot,
  { x, y, halfWidth, halfHeight, turn }: Placement,
  cut: Cut,
  random: (part: string) => Random,
): Held {
  const u = (2 * photographed.x - 1) * halfWidth;
  const v = (2 * photographed.y - 1) * halfHeight;
  const sides = [[photographed.light.side, 1]] as const;
  const from: Shot = {
    ...photographed,
    x: 0.5 + 0.5 * (x + cos(turn) * u - sin(turn) * v),
    y: 0.5 + 0.5 * (y + sin(turn) * u + cos(turn) * v),
    scale: photographed.scale * halfWidth,
    roll: photographed.roll + turn,
    light: drawLight(random('wearer light'), { ...domain.light, sides }),
  };
  return {
    cut,
    wearer: { ...drawPerson(random('wearer')), beard: 'none' },
    from,
    to: stir(from, random('wearer sway'), domain.sway),
  };
}

/** Place and size of the face: what the domain's camera sees is alike, so an attacker's picture allows for its medium. */
function framing(domain: Domain, medium: Placement | null, random: Random): Pick<Shot, 'scale' | 'x' | 'y'> {
  const scale = draw(random, domain.scale);
  const x = random.uniform(-0.05, 0.05);
  const y = random.uniform(-0.03, 0.05);
  if (medium === null) return { scale, x: 0.5 + x, y: 0.5 + y };
  // A picture that is shown smaller than the frame is taken from nearer; not so near that the chin is cut off.
  return {
    scale: clamp(scale / medium.halfWidth, 0.17, 0.37),
    x: 0.5 + clamp((x - 0.5 * medium.x) / medium.halfWidth, -0.12, 0.12),
    y: 0.5 + clamp((y - 0.5 * medium.y) / medium.halfHeight, -0.1, 0.1),
  };
}

/** The shot at a frame: the head sways between its two ends; a photograph stays at the first. */
export function shotAt(clip: Clip, index: number): Shot {
  const { from, to, means } = clip;
  if (means.kind === 'print') return from;
  return swayed(clip, from, to, index);
}

/** Whoever is behind a cut photograph, at a frame. */
export const wearerAt = (clip: Clip, { from, to }: Held, index: number): Shot => swayed(clip, from, to, index);

function swayed(clip: Clip, from: Shot, to: Shot, index: number): Shot {
  const t = 0.5 + 0.5 * sin(clip.phase + clip.step * index);
  return {
    ...from,
    yaw: mix(from.yaw, to.yaw, t),
    pitch: mix(from.pitch, to.pitch, t),
    roll: mix(from.roll, to.roll, t),
    x: mix(from.x, to.x, t),
    y: mix(from.y, to.y, t),
    blink: index === clip.blinkAt ? 0.85 : from.blink,
  };
}
