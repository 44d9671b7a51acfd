/** One frame of a clip: drawn, presented, photographed, and what is true of it. */
import { expose } from '../camera/expose';
import type { CameraParameters } from '../camera/parameters';
import { layFace, liveCues, shade } from '../face';
import { CutOut } from '../media/cut';
import type { Shift } from '../media/placement';
import { presentPrint, type Over } from '../media/print';
import { presentScreen } from '../media/screen';
import { sin } from '../maths';
import { Random } from '../random';
import { toBytes, type Raster } from '../raster';
import type { FaceLayers, Facts, Shot, Staged } from '../types';
import { wear } from '../worn';
import { keptFrames, shotAt, wearerAt, type Clip, type Held } from './clip';
import { seenUnder } from './seen';
import { isGrainy, throughCamera, throughVideo, type Periods } from './survive';

/** Turn of the head from which a viewer calls it turned, radians. */
const TURNED = 0.17;

/** The frame as the domain's camera delivers it, sRGB bytes [edge, edge, 4], and what is true of it. */
export function renderFrame(
  clip: Clip,
  index: number,
): { pixels: Uint8ClampedArray<ArrayBuffer>; edge: number; facts: Facts } {
  const shot = shotAt(clip, index);
  const staged = stage(clip, shot, index);
  const picture = expose(staged.picture, clip.camera, new Random(clip.seed, clip.name, 'sensor', index));
  return { pixels: toBytes(picture), edge: clip.camera.edge, facts: factsOf(clip, shot, staged) };
}

/** All frames of a clip, sRGB bytes [edge, edge, 4] each, and what is true of both frames that an import keeps. */
export function renderClip(clip: Clip): { frames: Uint8ClampedArray<ArrayBuffer>[]; edge: number; facts: Facts } {
  const rendered = Array.from({ length: clip.frames }, (_, index) => renderFrame(clip, index));
  const facts = ofBoth(clip, (index) => rendered[index]!.facts);
  return { frames: rendered.map(({ pixels }) => pixels), edge: clip.camera.edge, facts };
}

/** What `renderClip` would say of the clip, without photographing its frames. */
export function clipFacts(clip: Clip): Facts {
  return ofBoth(clip, (index) => {
    const shot = shotAt(clip, index);
    return factsOf(clip, shot, stage(clip, shot, index));
  });
}

/** What is true of both frames that an import keeps. */
function ofBoth(clip: Clip, at: (index: number) => Facts): Facts {
  const kept = keptFrames(clip);
  const early = at(kept.early);
  return { ...early, cues: throughVideo(early.cues, at(kept.middle).cues) };
}

/** What stands before the domain's camera. */
function stage(clip: Clip, shot: Shot, index: number): Staged {
  const { means, person } = clip;
  const size = clip.camera.edge;
  if (means.kind === 'print') {
    const { layers, picture } = photographOf(clip, means.camera);
    return presentPrint(
      picture,
      means.print,
      // A hand bends a sheet a little more or less from frame to frame, a stand does not.
      unsteady(clip, clip.domain.tremble === 0 ? 0 : index),
      size,
      shiftAt(clip, index),
      means.held && over(means.held, layers, wearerAt(clip, means.held, index)),
    );
  }
  const layers = layFace(person, shot, size);
  switch (means.kind) {
    case 'live':
      return { picture: shade(layers, shot.light), cues: liveCues(person, shot, layers) };
    case 'worn': {
      const cues = wear(layers, means.worn, shot.light);
      return { picture: shade(layers, shot.light), cues };
    }
    case 'replay': {
      const captured = expose(shade(layers, shot.light), means.camera, captureOf(clip, index));
      return presentScreen(captured, means.screen, unsteady(clip, index), size, shiftAt(clip, index));
    }
  }
}

interface Photograph {
  clip: Clip;
  layers: FaceLayers;
  picture: Raster;
}
let lastPhotograph: Photograph | null = null;

/** The one photograph of a whole clip, its grain too; kept for the clip's other frames, which come next. */
function photographOf(clip: Clip, camera: CameraParameters): Photograph {
  if (lastPhotograph?.clip !== clip) {
    const layers = layFace(clip.person, clip.from, clip.camera.edge);
    lastPhotograph = { clip, layers, picture: expose(shade(layers, clip.from.light), camera, captureOf(clip, 0)) };
  }
  return lastPhotograph;
}

/** A cut photograph with what is seen around it and through its holes. */
function over({ cut, wearer }: Held, photographed: FaceLayers, shot: Shot): Over {
  return {
    cut: new CutOut(cut, photographed),
    behind: shade(layFace(wearer, shot, photographed.width), shot.light),
  };
}

const captureOf = (clip: Clip, index: number): Random => new Random(clip.seed, clip.name, 'captured', index);
const unsteady = (clip: Clip, index: number): Random => new Random(clip.seed, clip.name, 'presented', index);

/** How far the hand that holds the medium has wandered; before a face it also goes with the face. */
export function shiftAt(clip: Clip, index: number): Shift {
  const { domain, means, phase, step } = clip;
  const { tremble } = domain;
  const hand = {
    x: tremble * sin(1.7 * phase + 1.3 * step * index),
    y: 0.6 * tremble * sin(2.3 * phase + 0.9 * step * index),
    turn: 0.5 * tremble * sin(phase + 0.8 * step * index),
  };
  if (means.kind !== 'print' || means.held === null) return hand;
  const { from } = means.held;
  const now = wearerAt(clip, means.held, index);
  return { x: hand.x + 2 * (now.x - from.x), y: hand.y + 2 * (now.y - from.y), turn: hand.turn + now.roll - from.roll };
}

function periodsOf({ means }: Clip): Periods {
  if (means.kind === 'print') return { dots: means.print.pitch, bands: 0 };
  if (means.kind !== 'replay') return { dots: 0, bands: 0 };
  // Two sensor pixels make one of the frame: emitters beat with them at the difference of their waves (see TABLET).
  const { moirePitch, placement } = means.screen;
  const along = 1 / moirePitch - 2;
  const across = placement.turn / moirePitch;
  const beat = Math.sqrt(along * along + across * across);
  return { dots: means.screen.gridPitch, bands: 1 / Math.max(beat, 0.01) };
}

function factsOf(clip: Clip, shot: Shot, staged: Staged): Facts {
  const { skin, beard, age } = clip.person;
  const { means } = clip;
  // A cut photograph ends at the forehead: the hair is that of whoever is behind it.
  const { hair, hairStyle } = means.kind === 'print' && means.held !== null ? means.held.wearer : clip.person;
  const worn = means.kind === 'worn' ? means.worn : null;
  return {
    label: clip.attack === null ? 'live' : 'spoof',
    attack: clip.attack,
    ...seenUnder(
      worn,
      { person: { skin, hair, hairStyle, beard, age }, expression: shot.expression },
      clip.person.skinAlbedo,
    ),
    eyewear: shot.eyewear,
    light: shot.light.side,
    backdrop: shot.backdrop,
    backdropColour: shot.backdropColour,
    grainy: isGrainy(clip.camera),
    freckled: clip.person.freckles > 0,
    facing: shot.yaw <= -TURNED ? 'left' : shot.yaw >= TURNED ? 'right' : 'front',
    cues: throughCamera(staged.cues, clip.camera, periodsOf(clip), shot.light),
  };
}
