import { describe, expect, it } from 'vitest';
import { cos, sin } from '../../src/data/synthetic/maths';
import { noise } from '../../src/data/synthetic/noise';
import { Random, hash } from '../../src/data/synthetic/random';
import { REGION, type AttackCue, type FaceLayers, type Landmark, type Lighting } from '../../src/data/synthetic/types';
import { WORN_ATTACKS, drawWorn, validateWorn, wear, type WornAttack } from '../../src/data/synthetic/worn';

const LIGHT: Lighting = {
  side: 'left',
  direction: [-0.55, -0.45, 0.7035],
  key: 0.7,
  fill: 0.3,
  keyColour: [1, 1, 1],
  fillColour: [1, 1, 1],
};

/** Half an ellipsoid with eyes, brows, lips, hair, ears, neck and shirt: enough of a face to put things on. */
function fakeFace(size = 128, roll = 0): FaceLayers {
  const pixels = size * size;
  const unit = 0.3 * size;
  const layers: FaceLayers = {
    width: size,
    height: size,
    albedo: new Float32Array(pixels * 3).fill(0.5),
    normal: new Float32Array(pixels * 3),
    depth: new Float32Array(pixels),
    gloss: new Float32Array(pixels),
    shine: new Float32Array(pixels).fill(10),
    region: new Uint8Array(pixels),
    uv: new Float32Array(pixels * 2).fill(9),
    glow: new Float32Array(pixels * 3),
    landmarks: {} as Record<Landmark, readonly [number, number]>,
    unit,
    roll,
  };
  const c = cos(roll);
  const s = sin(roll);
  const centre = size / 2;
  const toPicture = (u: number, v: number): [number, number] => [
    centre + unit * (u * c - v * 1.3 * s),
    centre + unit * (u * s + v * 1.3 * c),
  ];
  const places: Record<Landmark, readonly [number, number]> = {
    leftEye: [-0.42, -0.12],
    rightEye: [0.42, -0.12],
    noseTip: [0, 0.2],
    mouth: [0, 0.5],
    chin: [0, 0.95],
    forehead: [0, -0.6],
    leftCheek: [-0.5, 0.25],
    rightCheek: [0.5, 0.25],
  };
  for (const [name, [u, v]] of Object.entries(places)) Object.assign(layers.landmarks, { [name]: toPicture(u, v) });
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i++) {
      const dx = (x + 0.5 - centre) / unit;
      const dy = (y + 0.5 - centre) / unit;
      const u = dx * c + dy * s;
      const v = (dy * c - dx * s) / 1.3;
      const r = u * u + v * v;
      let region: number = REGION.backdrop;
      let nx = 0;
      let ny = 0;
      let colour = [0.2, 0.3, 0.5];
      if (r < 1) {
        region = v < -0.7 + 0.1 * u * u ? REGION.hair : REGION.skin;
        [nx, ny] = [u * 0.9, v * 0.8];
        colour = region === REGION.hair ? [0.04, 0.03, 0.02] : [0.5, 0.33, 0.25];
        const ex = Math.abs(u) - 0.42;
        const ey = (v + 0.12) * 1.3;
        if (Math.abs(ex) < 0.22 && Math.abs(ey + 0.22) < 0.04) {
          [region, colour] = [REGION.brow, [0.05, 0.04, 0.03]];
        } else if ((ex / 0.18) * (ex / 0.18) + (ey / 0.08) * (ey / 0.08) < 1) {
          [region, colour] = [REGION.eye, ex * ex + ey * ey < 0.006 ? [0.05, 0.04, 0.03] : [0.6, 0.6, 0.58]];
          if (ex * ex + ey * ey < 0.001) layers.glow.fill(0.4, i * 3, i * 3 + 3);
        } else if ((u / 0.28) * (u / 0.28) + ((v - 0.5) / 0.07) * ((v - 0.5) / 0.07) < 1) {
          [region, colour] = [REGION.lips, [0.42, 0.16, 0.15]];
        }
        // The bridge of the nose.
        if (Math.abs(u) < 0.2 && v > -0.1 && v < 0.3) nx += 3 * u * (0.2 - Math.abs(u)) * 5;
      } else if (Math.abs(u) < 0.5 && v > 0 && y < 0.93 * size) {
        region = REGION.neck;
        nx = u * 1.5;
        colour = [0.42, 0.28, 0.2];
      } else if (v > 0 && y >= 0.93 * size) {
        region = REGION.clothes;
      }
      const pore = region === REGION.skin || region === REGION.neck ? 0.14 : 0;
      nx += pore * noise(x * 0.7, y * 0.7, 3);
      ny += pore * noise(x * 0.7, y * 0.7, 4);
      const length = Math.sqrt(nx * nx + ny * ny + 0.4);
      layers.normal.set([nx / length, ny / length, Math.sqrt(0.4) / length], i * 3);
      const blotch = 1 + 0.6 * pore * noise(x * 0.5, y * 0.5, 5);
      layers.albedo.set(
        colour.map((value) => value * blotch),
        i * 3,
      );
      layers.region[i] = region;
      if (region !== REGION.backdrop && region !== REGION.clothes) {
        layers.uv.set([u, v], i * 2);
        layers.depth[i] = Math.sqrt(Math.max(0, 1 - r)) + 0.1;
        layers.gloss[i] = 0.08;
      }
    }
  }
  return layers;
}

const FIELDS = ['albedo', 'normal', 'depth', 'gloss', 'shine', 'glow', 'region'] as const;

/** Pixels in which `a` and `b` differ. */
function changed(a: FaceLayers, b: FaceLayers): number[] {
  const out: number[] = [];
  for (let i = 0; i < a.region.length; i++) {
    const differs = FIELDS.some((field) => {
      const n = a[field].length / a.region.length;
      for (let c = i * n; c < i * n + n; c++) if (a[field][c] !== b[field][c]) return true;
      return false;
    });
    if (differs) out.push(i);
  }
  return out;
}

const OWN_CUES: Record<WornAttack, readonly AttackCue[]> = {
  'funny-eye': ['printed eyes', 'paper rim'],
  'partial-eye': ['cut edge', 'printed eyes', 'flat light'],
  'partial-mouth': ['printed mouth', 'cut edge'],
  'paper-glasses': ['paper rim', 'cut edge', 'folded paper'],
  'makeup-cosmetic': ['thick makeup', 'smooth skin'],
  'makeup-impersonation': ['painted lines', 'hard makeup line', 'thick makeup'],
  'makeup-obfuscation': ['painted lines', 'thick makeup'],
  'mask-half': ['mask seam', 'rigid surface', 'plastic shine'],
  'mask-silicone': ['smooth skin', 'eye holes', 'mask seam'],
  'mask-transparent': ['plastic shine', 'mask seam'],
  'mask-paper': ['folded paper', 'eye holes', 'cut edge'],
  mannequin: ['plastic shine', 'painted hair', 'staring eyes', 'rigid surface', 'smooth skin'],
};

describe.each(WORN_ATTACKS)('%s', (kind) => {
  it('changes the face where it lies, hardly anything beside it, and nothing of the backdrop', () => {
    const bare = fakeFace();
    const worn = fakeFace();
    wear(worn, drawWorn(kind, new Random('worn', kind)), LIGHT);
    const pixels = changed(bare, worn);
    expect(pixels.length).toBeGreaterThan(150);
    let beside = 0;
    let outside = 0;
    for (const i of pixels) {
      if (bare.region[i] === REGION.backdrop || bare.region[i] === REGION.clothes) outside++;
      if (worn.region[i] !== REGION.worn) beside++;
    }
    // Soft borders (thin scars are hardly more than that), powder that thins out, and the shadow of an edge.
    expect(beside).toBeLessThan(0.6 * pixels.length);
    expect(outside).toBe(0);
    expect(worn.uv.every((value, i) => value === bare.uv[i])).toBe(true);
    let longest = 0;
    for (let i = 0; i < worn.region.length; i++) {
      if (worn.region[i] === REGION.backdrop) continue;
      const [x, y, z] = worn.normal.subarray(i * 3, i * 3 + 3);
      longest = Math.max(longest, Math.abs(x! * x! + y! * y! + z! * z! - 1));
    }
    expect(longest).toBeLessThan(1e-4);
    expect(worn.albedo.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('reports cues of its own, and one plainly seen on a frontal face', () => {
    let plain = 0;
    for (let n = 0; n < 20; n++) {
      const cues = wear(fakeFace(), drawWorn(kind, new Random('cues', kind, n)), LIGHT);
      for (const cue of cues) {
        expect(OWN_CUES[kind]).toContain(cue.kind);
        expect(cue.strength >= 0 && cue.strength <= 1).toBe(true);
      }
      expect(new Set(cues.map((cue) => cue.kind)).size).toBe(cues.length);
      if (cues.some((cue) => cue.strength > 0.35)) plain++;
    }
    expect(plain).toBeGreaterThanOrEqual(18);
  });

  it('lies as the head is turned', () => {
    const worn = fakeFace(64, 0.3);
    const bare = fakeFace(64, 0.3);
    wear(worn, drawWorn(kind, new Random('roll', kind)), LIGHT);
    expect(changed(bare, worn).length).toBeGreaterThan(40);
  });
});

it('is drawn within its own ranges', () => {
  for (const kind of WORN_ATTACKS) {
    for (let n = 0; n < 60; n++) validateWorn(drawWorn(kind, new Random('draw', kind, n)));
  }
});

it('names the parameter that is out of range', () => {
  const funny = drawWorn('funny-eye', new Random(1));
  expect(() => validateWorn({ ...funny, ball: 2 } as typeof funny)).toThrow(
    'Funny-eye glasses: ball is 2, and must be 0.2 to 0.42',
  );
  expect(() => validateWorn({ ...funny, rim: 'heart' } as unknown as typeof funny)).toThrow(/rim is heart/);
  const paint = drawWorn('makeup-obfuscation', new Random(1));
  expect(() => validateWorn({ ...paint, count: 2.5 } as typeof paint)).toThrow(/must be a whole number/);
  expect(() => validateWorn({ kind: 'hat' } as unknown as typeof funny)).toThrow('Worn attack: kind is hat');
});

it('tells less of a frame in which it hardly shows', () => {
  // A tiny face: the same glasses cover a few pixels only.
  const near = wear(fakeFace(128), drawWorn('funny-eye', new Random(7)), LIGHT);
  const layers = fakeFace(32);
  const wide = fakeFace(128);
  const far: FaceLayers = { ...wide, unit: layers.unit, landmarks: layers.landmarks };
  far.region.fill(0);
  for (let y = 0; y < 32; y++) {
    for (let x = 0; x < 32; x++) {
      const from = y * 32 + x;
      const to = y * 128 + x;
      far.region[to] = layers.region[from]!;
      for (let c = 0; c < 3; c++) {
        far.albedo[to * 3 + c] = layers.albedo[from * 3 + c]!;
        far.normal[to * 3 + c] = layers.normal[from * 3 + c]!;
      }
    }
  }
  const small = wear(far, drawWorn('funny-eye', new Random(7)), LIGHT);
  const most = (cues: readonly { strength: number }[]): number => Math.max(0, ...cues.map((cue) => cue.strength));
  expect(most(small)).toBeLessThan(0.6 * most(near));
});

it('gives the same layers on every machine', () => {
  let all = '';
  for (const kind of WORN_ATTACKS) {
    const layers = fakeFace(64);
    const cues = wear(layers, drawWorn(kind, new Random('golden', kind)), LIGHT);
    let h = 0x811c9dc5;
    for (const field of FIELDS) {
      const array = layers[field];
      for (const byte of new Uint8Array(array.buffer, array.byteOffset, array.byteLength)) {
        h = Math.imul(h ^ byte, 0x01000193);
      }
    }
    all += `${kind} ${h} ${cues.map((cue) => `${cue.kind} ${cue.place} ${cue.strength.toFixed(4)}`).join(',')};`;
  }
  expect(hash(all)).toBe(-1591328240);
});
