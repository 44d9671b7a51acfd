/**
 * What the stages of the generator hand to each other.
 *
 *     person + shot --(face/)--> FaceLayers --(worn/ changes them)--> FaceLayers --(shade)--> Raster (the scene's light)
 *       --(media/ print or screen: captured, shown on a plane, seen again)--> Raster --(camera)--> Raster --> bytes
 *
 * Lengths on the face are in face units: u runs from -1 (its edge at the left of the picture) to 1, v from -1 (hairline)
 * to 1 (chin). Angles are radians, light is linear, positions in a picture are pixels unless a name says otherwise.
 */
import type { Raster, Rgb } from './raster';

export const SKIN_TONES = ['pale', 'light', 'tan', 'brown', 'dark'] as const;
export const HAIR_COLOURS = ['black', 'brown', 'blond', 'red', 'grey'] as const;
export const HAIR_STYLES = ['bald', 'short', 'curly', 'long', 'bun'] as const;
export const BEARDS = ['none', 'moustache', 'beard'] as const;
export const EYEWEAR = ['none', 'round glasses', 'square glasses', 'sunglasses'] as const;
export const EXPRESSIONS = ['neutral', 'smiling', 'open mouth'] as const;
/** Where the key light stands, as seen in the picture. */
export const LIGHT_SIDES = ['left', 'right', 'above', 'front'] as const;
export const COLOURS = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'white',
  'grey',
  'black',
] as const;
export const BACKDROPS = ['plain', 'gradient', 'striped', 'spotted', 'tiled', 'room'] as const;

export type SkinTone = (typeof SKIN_TONES)[number];
export type HairColour = (typeof HAIR_COLOURS)[number];
export type HairStyle = (typeof HAIR_STYLES)[number];
export type Beard = (typeof BEARDS)[number];
export type Eyewear = (typeof EYEWEAR)[number];
export type Expression = (typeof EXPRESSIONS)[number];
export type LightSide = (typeof LIGHT_SIDES)[number];
export type Colour = (typeof COLOURS)[number];
export type Backdrop = (typeof BACKDROPS)[number];

/** What stays of somebody from clip to clip. */
export interface Person {
  skin: SkinTone;
  /** Albedo of the cheek, linear. */
  skinAlbedo: Rgb;
  hair: HairColour;
  hairAlbedo: Rgb;
  hairStyle: HairStyle;
  beard: Beard;
  /** 0 a young adult .. 1 old: wrinkles, sagging, grey. */
  age: number;
  eyeAlbedo: Rgb;
  lipAlbedo: Rgb;
  /** Proportions, each -1..1 around the mean face. */
  faceWidth: number;
  jawWidth: number;
  faceLength: number;
  noseLength: number;
  noseWidth: number;
  eyeSize: number;
  eyeDistance: number;
  browThickness: number;
  lipFullness: number;
  mouthWidth: number;
  /** Freckles 0..1. */
  freckles: number;
  /** Seeds this person's pores, wrinkles and strands. */
  seed: number;
}

/** The lamp that models the face, and what fills its shadows. */
export interface Lighting {
  side: LightSide;
  /** Unit vector from the face to the lamp: x right, y down, z toward the camera. */
  direction: readonly [number, number, number];
  /** Irradiance of the lamp and of the surroundings; together about 1. */
  key: number;
  fill: number;
  /** Colours of both, linear, about 1 on the mean. */
  keyColour: Rgb;
  fillColour: Rgb;
}

/** What changes from frame to frame and from clip to clip. */
export interface Shot {
  /** Radians; yaw > 0 turns the nose to the right of the picture, pitch > 0 down, roll > 0 clockwise. */
  yaw: number;
  pitch: number;
  roll: number;
  /** Centre of the face and half of its width, as parts of the picture's edge: about 0.5, 0.5, 0.3. */
  x: number;
  y: number;
  scale: number;
  expression: Expression;
  /** 0 open .. 1 closed. */
  blink: number;
  eyewear: Eyewear;
  light: Lighting;
  backdrop: Backdrop;
  backdropColour: Colour;
  shirt: Colour;
  /** Height of pores and fine lines against the mean skin; 0 is porcelain, 1 usual, 1.6 coarse. */
  pores: number;
  /** Seeds the backdrop's layout; the same in both frames of a clip. */
  seed: number;
}

/** What a pixel shows. */
export const REGION = {
  backdrop: 0,
  skin: 1,
  hair: 2,
  eye: 3,
  brow: 4,
  lips: 5,
  mouth: 6,
  clothes: 7,
  eyewear: 8,
  ear: 9,
  neck: 10,
  worn: 11,
} as const;

/** The scene before light falls on it, one value or vector a pixel, row-major. Worn attacks change these. */
export interface FaceLayers {
  readonly width: number;
  readonly height: number;
  /** Diffuse reflectance, linear [height, width, 3]. */
  readonly albedo: Float32Array;
  /** Unit normals in picture axes [height, width, 3]: x right, y down, z toward the camera. */
  readonly normal: Float32Array;
  /** Toward the camera, face units, 0 at the backdrop [height, width]. */
  readonly depth: Float32Array;
  /** Strength of the highlight 0..1 and its sharpness (Blinn-Phong exponent) [height, width]. */
  readonly gloss: Float32Array;
  readonly shine: Float32Array;
  /** One of REGION [height, width]. */
  readonly region: Uint8Array;
  /** Face coordinates (u, v) [height, width, 2]; meaningless at backdrop and clothes (u = v = 9 there). */
  readonly uv: Float32Array;
  /** Light that the pixel gives off by itself, linear [height, width, 3]: eyes' catch lights, nothing else on a live face. */
  readonly glow: Float32Array;
  /** Positions in the picture, pixels. */
  readonly landmarks: Readonly<Record<Landmark, readonly [number, number]>>;
  /** Pixels a face unit spans (half the face's width). */
  readonly unit: number;
  /** Turn of the head in the picture plane, radians: what a flat thing worn on the face turns by. */
  readonly roll: number;
}
export const LANDMARKS = [
  'leftEye',
  'rightEye',
  'noseTip',
  'mouth',
  'chin',
  'forehead',
  'leftCheek',
  'rightCheek',
] as const;
export type Landmark = (typeof LANDMARKS)[number];

/** The fourteen attack kinds of SiW-Mv2 (Guo et al., ECCV 2022), spelt as file names spell them. */
export const ATTACKS = [
  'print',
  'replay',
  'funny-eye',
  'partial-eye',
  'partial-mouth',
  'paper-glasses',
  'makeup-cosmetic',
  'makeup-impersonation',
  'makeup-obfuscation',
  'mask-half',
  'mask-silicone',
  'mask-transparent',
  'mask-paper',
  'mannequin',
] as const;
export type Attack = (typeof ATTACKS)[number];

/** Something a viewer can point at that speaks for an attack, or for a living face. */
export const ATTACK_CUES = [
  // print
  'halftone dots',
  'ink grain',
  'faded colours',
  'paper edge',
  'paper curl',
  'flat light',
  'sheet glare',
  // replay
  'pixel grid',
  'moire bands',
  'blue cast',
  'bezel',
  'refresh band',
  'glare streak',
  'glare spot',
  // worn
  'cut edge',
  'printed eyes',
  'printed mouth',
  'paper rim',
  'thick makeup',
  'hard makeup line',
  'painted lines',
  'mask seam',
  'smooth skin',
  'rigid surface',
  'plastic shine',
  'eye holes',
  'folded paper',
  'painted hair',
  'staring eyes',
] as const;
export const LIVE_CUES = [
  'pores',
  'fine lines',
  'rounded shading',
  'soft shadow',
  'natural colours',
  'catch lights',
] as const;
export type AttackCue = (typeof ATTACK_CUES)[number];
export type LiveCue = (typeof LIVE_CUES)[number];

/** Where in the picture, as the viewer sees it. */
export const PLACES = ['left', 'right', 'top', 'bottom', 'centre', 'all over'] as const;
export type Place = (typeof PLACES)[number];

export interface Cue {
  kind: AttackCue | LiveCue;
  place: Place;
  /** 0 invisible .. 1 plain at a glance, at the size of the frame after the camera; captions name what is above 0.35. */
  strength: number;
}

/** All that is true of one frame. Captions are written from this and from nothing else. */
export interface Facts {
  label: 'live' | 'spoof';
  attack: Attack | null;
  person: Pick<Person, 'skin' | 'hair' | 'hairStyle' | 'beard' | 'age'>;
  /** null where the mouth is covered. */
  expression: Expression | null;
  eyewear: Eyewear;
  light: LightSide;
  backdrop: Backdrop;
  backdropColour: Colour;
  /** The camera's own noise is seen as grain: no caption may deny grain. */
  grainy: boolean;
  /** The skin has freckles, and no caption may deny dots. */
  freckled: boolean;
  /** Turn of the head as seen: 'left', 'right' or 'front' (|yaw| < 0.17). */
  facing: 'left' | 'right' | 'front';
  cues: Cue[];
}

/** A frame of the scene with what it shows, before the domain's camera. */
export interface Staged {
  picture: Raster;
  cues: Cue[];
}

/** How a sheet-like surface over a scene looks: each scene has one. */
export const SURFACES = ['plain', 'dotted', 'grainy', 'gridded', 'banded'] as const;
export const BORDERS = ['none', 'pale', 'dark', 'coloured'] as const;
export const CASTS = ['none', 'bluish', 'yellowish', 'greenish', 'reddish'] as const;
export const SHAPES = ['circle', 'square', 'triangle', 'star', 'ring', 'cross'] as const;
export type Surface = (typeof SURFACES)[number];
export type Border = (typeof BORDERS)[number];
export type Cast = (typeof CASTS)[number];
export type Shape = (typeof SHAPES)[number];

/**
 * All that is true of one broad scene (scenes/), which a backbone is pretrained on. Every field is drawn independently
 * of the others, so no combination stands for anything, and nothing here says or implies live or spoof.
 */
export interface SceneFacts {
  /** A head, or else one or two things of one colour each. */
  face: {
    skin: SkinTone;
    hair: HairColour;
    hairStyle: HairStyle;
    beard: Beard;
    old: boolean;
    expression: Expression;
    eyewear: Eyewear;
    facing: 'left' | 'right' | 'front';
    /** `round`: shaded as a solid under a lamp; `flat`: hardly any shading. */
    shading: 'round' | 'flat';
    /** Only where the shading is round. */
    light: LightSide | null;
    texture: 'fine pores' | 'smooth';
    /** Skin that shines like plastic, or not. */
    finish: 'matte' | 'shiny';
  } | null;
  objects: { shape: Shape; colour: Colour; place: 'left' | 'right' | 'top' | 'bottom' | 'centre' }[];
  backdrop: Backdrop;
  backdropColour: Colour;
  surface: Surface;
  border: Border;
  cast: Cast;
  /** A slanting pale streak, a round bright spot, or none, and where. */
  highlight: { kind: 'streak' | 'spot'; place: Exclude<Place, 'all over'> } | null;
  /** A piece with sharp edges that lies over the scene (paper, cloth), of one colour, and where. */
  patch: { colour: Colour; outline: 'round' | 'straight' | 'torn'; place: Exclude<Place, 'all over'> } | null;
  /** Rows of marks like writing, painted lines, or none. */
  marks: { kind: 'writing' | 'lines'; place: Exclude<Place, 'all over'> } | null;
  focus: 'sharp' | 'blurred';
  contrast: 'strong' | 'faded';
  tones: 'smooth' | 'stepped';
  /** The sheet that carries the picture: flat, or bent with a fold of shade. */
  sheet: 'flat' | 'bent';
  /** What films the scene. No caption speaks of it, but a rough one hides the texture of skin. */
  camera: 'clear' | 'rough';
}
