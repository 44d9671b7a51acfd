/** Lays the scene out pixel by pixel, before any light: wall, shoulders, neck, head, features, hair, glasses. */
import { clamp, mix, smoothstep, square } from '../maths';
import { noise } from '../noise';
import type { Rgb } from '../raster';
import { LANDMARKS, REGION, type FaceLayers, type Landmark, type Person, type Shot } from '../types';
import { backdropAt, colourAlbedo } from './backdrop';
import { glassesAt } from './eyewear';
import { paintFace, type Paint } from './features';
import { falls, inBun, isHair, LUMPIEST, lumps, SHELL, strands } from './hair';
import { ASPECT, Pose, skullOf } from './head';
import { featuresOf, reliefAt, type Features } from './relief';

const RIM: Rgb = [0.022, 0.02, 0.02];

/**
 * The layers of a person before a wall, `size` pixels square. What light makes of them is `shade`'s matter; what is
 * worn over the face changes them first.
 */
export function layFace(person: Person, shot: Shot, size: number): FaceLayers {
  const pose = new Pose(skullOf(person), shot, size);
  const f = featuresOf(person, shot);
  const pixels = size * size;
  const layers: FaceLayers = {
    width: size,
    height: size,
    albedo: new Float32Array(pixels * 3),
    normal: new Float32Array(pixels * 3),
    depth: new Float32Array(pixels),
    gloss: new Float32Array(pixels),
    shine: new Float32Array(pixels).fill(8),
    region: new Uint8Array(pixels),
    uv: new Float32Array(pixels * 2).fill(9),
    glow: new Float32Array(pixels * 3),
    landmarks: landmarksOf(pose, f),
    unit: pose.unit,
    roll: shot.roll,
  };
  const painter = new Painter(layers, person, shot, pose, f);
  for (let y = 0, at = 0; y < size; y++) for (let x = 0; x < size; x++, at++) painter.pixel(at, x + 0.5, y + 0.5);
  const wall = backdropAt(shot.backdrop, shot.backdropColour, shot.seed);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at++) {
      if (layers.region[at] === REGION.backdrop) wall((x + 0.5) / size, (y + 0.5) / size, layers.albedo, 3 * at);
    }
  }
  return layers;
}

function landmarksOf(pose: Pose, f: Features): FaceLayers['landmarks'] {
  const places: Record<Landmark, [number, number, number]> = {
    leftEye: [-f.eyeX, f.eyeY / ASPECT, 0],
    rightEye: [f.eyeX, f.eyeY / ASPECT, 0],
    noseTip: [0, f.noseY / ASPECT, 0.3],
    mouth: [0, f.mouthY / ASPECT, 0.06],
    chin: [0, 0.95, 0.06],
    forehead: [0, -0.55, 0],
    leftCheek: [-0.56, 0.27, 0.06],
    rightCheek: [0.56, 0.27, 0.06],
  };
  const found = LANDMARKS.map((name) => [name, pose.locate(...places[name])] as const);
  return Object.fromEntries(found) as unknown as FaceLayers['landmarks'];
}

class Painter {
  private readonly plane = new Float64Array(2);
  private readonly met = new Float64Array(4);
  private readonly vector = new Float64Array(3);
  private readonly paint: Paint = { r: 0, g: 0, b: 0, gloss: 0, shine: 0, region: 0, glow: 0, bump: 0 };
  private readonly glass = { rim: 0, lens: 0 };
  /** A pixel in units. */
  private readonly px: number;
  private readonly sideways: number;

  constructor(
    private readonly layers: FaceLayers,
    private readonly person: Person,
    private readonly shot: Shot,
    private readonly pose: Pose,
    private readonly f: Features,
  ) {
    this.px = 1 / pose.unit;
    // Where things that stand out of the head shift to, per unit of height (first order in the turn).
    this.sideways = shot.yaw;
  }

  pixel(at: number, x: number, y: number): void {
    const { layers, plane, pose } = this;
    layers.normal[3 * at + 2] = 1;
    pose.toPlane(x, y, plane);
    const px = plane[0]!;
    const py = plane[1]!;
    if (px < -2.6 || px > 2.6 || py < -2.4) return;
    // Hair on the skull hides what is under it, the head what is beside and behind it.
    if (!this.shell(at, px, py) && !this.head(at, px, py)) this.behind(at, px, py);
    this.eyewear(at, px, py);
  }

  /** From far to near: long hair at the nape, body, long hair over the shoulders, bun, ears. */
  private behind(at: number, x: number, y: number): void {
    const { pose } = this;
    const { hairStyle, seed } = this.person;
    const fallen = hairStyle === 'long' && falls(x, y, seed);
    if (fallen) this.hair(at, x, y, -0.3);
    this.body(at, x, y);
    if (fallen && y > 0.2 && Math.abs(x) > 0.8) this.hair(at, x, y, 0.5);
    if (hairStyle === 'bun' && inBun(x, y, pose.skull.y)) this.hair(at, x, y, -0.2);
    this.ear(at, x, y);
  }

  private put(at: number, r: number, g: number, b: number, region: number, depth: number): void {
    const { albedo, depth: depths, region: regions } = this.layers;
    albedo[3 * at] = r;
    albedo[3 * at + 1] = g;
    albedo[3 * at + 2] = b;
    regions[at] = region;
    depths[at] = depth;
  }

  /** The same light of its own in all channels. */
  private glow(at: number, light: number): void {
    const { glow } = this.layers;
    glow[3 * at] = light;
    glow[3 * at + 1] = light;
    glow[3 * at + 2] = light;
  }

  /** A normal of the upright plane. */
  private face(at: number, x: number, y: number, z: number): void {
    const { normal } = this.layers;
    const length = Math.sqrt(x * x + y * y + z * z);
    normal[3 * at] = x / length;
    normal[3 * at + 1] = y / length;
    normal[3 * at + 2] = z / length;
  }

  /** Neck and shoulders: they do not turn with the head. */
  private body(at: number, x: number, y: number): void {
    const { person, shot, layers } = this;
    const neck = 0.6;
    const side = Math.abs(x);
    const collar = 1.62 + 0.5 * square(Math.max(0, side - 0.3)) + (side < 0.62 ? 0.16 * (1 - square(side / 0.62)) : 0);
    if (y > 0.7 && side < neck && y < collar + 0.3) {
      const [r, g, b] = person.skinAlbedo;
      this.put(at, 0.93 * r, 0.9 * g, 0.9 * b, REGION.neck, 0.1 + 0.45 * Math.sqrt(1 - square(x / neck)));
      this.face(at, x / neck, 0.1, Math.sqrt(Math.max(0.05, 1 - square(x / neck))));
      layers.gloss[at] = 0.06;
      layers.shine[at] = 12;
    }
    if (y > collar && side < 2.4) {
      const [r, g, b] = colourAlbedo(shot.shirt);
      const fold = 1 + 0.1 * noise(x * 3, y * 2, person.seed + 41);
      const hem = smoothstep(0.09, 0.05, y - collar);
      const cloth = fold * (1 - 0.35 * hem);
      this.put(at, r * cloth, g * cloth, b * cloth, REGION.clothes, 0.25);
      this.face(at, 0.45 * x, -0.35 + 0.1 * noise(x * 4, y * 4, person.seed + 42), 1);
      layers.gloss[at] = 0.02;
    }
  }

  private ear(at: number, x: number, y: number): void {
    const { person, pose, shot, layers } = this;
    for (const sign of [-1, 1]) {
      // The ear toward which the nose turns goes behind the cheek, the other comes forward.
      const cx = sign * (1.02 * pose.skull.x - 0.1 * Math.abs(shot.yaw)) - this.sideways * 0.25;
      const dx = (x - cx) / 0.15;
      const dy = (y + 0.02) / 0.3;
      const r2 = dx * dx + dy * dy;
      if (r2 > 1) continue;
      const hollow = 1 - 0.35 * smoothstep(0.45, 0.1, r2);
      const [r, g, b] = person.skinAlbedo;
      this.put(at, r * hollow, 0.9 * g * hollow, 0.88 * b * hollow, REGION.ear, 0.05);
      this.face(at, 0.5 * dx, 0.4 * dy, 1);
      layers.gloss[at] = 0.06;
    }
  }

  /** False where the head is not. */
  private head(at: number, x: number, y: number): boolean {
    const { layers, met, paint, pose, person, shot, f, vector } = this;
    if (!pose.meet(x, y, 1, met)) return false;
    // Parallax: what stands out is seen shifted; one step of it moves the nose as far as the eye can tell.
    const first = reliefAt(met[0]!, met[1]!, f, person.age);
    const X = met[0]! - first * this.sideways;
    const Y = met[1]! + first * shot.pitch;
    const h = reliefAt(X, Y, f, person.age);
    const e = 0.02;
    const hx = (reliefAt(X + e, Y, f, person.age) - h) / e;
    const hy = (reliefAt(X, Y + e, f, person.age) - h) / e;
    paintFace(X, Y, f, person, shot, paint, this.px);
    if (met[2]! < 0.05) paint.region = REGION.skin;
    this.put(at, paint.r, paint.g, paint.b, paint.region, met[3]! + h);
    const { skull } = pose;
    const nx = met[0]! / square(skull.x) - 0.95 * hx;
    const ny = met[1]! / square(skull.y) - 0.95 * hy + 6 * paint.bump;
    const nz = met[2]! / square(skull.z) + 0.12;
    pose.toPicture(nx, ny, nz, vector);
    this.face(at, vector[0]!, vector[1]!, Math.max(0.02, vector[2]!));
    layers.gloss[at] = paint.gloss;
    layers.shine[at] = paint.shine;
    layers.uv[2 * at] = X;
    layers.uv[2 * at + 1] = Y / ASPECT;
    this.glow(at, paint.glow);
    return true;
  }

  /** False where no hair stands on the skull. */
  private shell(at: number, x: number, y: number): boolean {
    const { hairStyle, seed } = this.person;
    const { met, pose, vector, layers } = this;
    const grow = SHELL[hairStyle];
    if (grow === 0 || pose.far(x, y, grow * LUMPIEST)) return false;
    if (!pose.meet(x, y, grow * lumps(hairStyle, x, y, seed), met)) return false;
    if (!isHair(hairStyle, met[0]!, met[1]!, met[2]!, seed)) return false;
    this.hair(at, x, y, met[3]! + 0.03);
    pose.toPicture(met[0]!, met[1]! * 0.6, met[2]!, vector);
    this.face(at, vector[0]!, vector[1]!, Math.max(0.05, vector[2]!));
    layers.uv[2 * at] = met[0]!;
    layers.uv[2 * at + 1] = met[1]! / ASPECT;
    return true;
  }

  private hair(at: number, x: number, y: number, depth: number): void {
    const { person, layers } = this;
    const bright = Math.max(0.25, strands(person.hairStyle, x, y, this.px, person.seed + 51));
    const [r, g, b] = person.hairAlbedo;
    this.put(at, r * bright, g * bright, b * bright, REGION.hair, depth);
    this.face(at, 0.6 * x, 0.3 * y, 1);
    layers.gloss[at] = 0.16 * clamp(bright - 0.5);
    layers.shine[at] = 18;
    this.glow(at, 0);
  }

  private eyewear(at: number, x: number, y: number): void {
    const { shot, pose, met, f, glass, layers } = this;
    if (shot.eyewear === 'none' || y < -0.6 || y > 0.4 || !pose.meet(x, y, 1.0, met)) return;
    if (layers.region[at] === REGION.hair) return;
    glassesAt(shot.eyewear, met[0]! - 0.16 * this.sideways, met[1]! + 0.16 * shot.pitch, f, this.px, glass);
    const cover = Math.max(glass.rim, 0.985 * glass.lens);
    if (cover <= 0) return;
    const { albedo } = layers;
    for (let c = 0; c < 3; c++) albedo[3 * at + c] = mix(albedo[3 * at + c]!, RIM[c]!, cover);
    for (let c = 0; c < 3; c++) layers.glow[3 * at + c]! *= 1 - cover;
    layers.gloss[at] = mix(layers.gloss[at]!, 0.08, cover);
    if (cover > 0.5) layers.region[at] = REGION.eyewear;
  }
}
