import { describe, expect, it } from 'vitest';
import { Random, hash } from '../../src/data/synthetic/random';
import { raster, toBytes } from '../../src/data/synthetic/raster';
import {
  PartMap,
  SCENE_ATTRIBUTES,
  SCENE_PARTS,
  codesOf,
  drawScene,
  renderScene,
} from '../../src/data/synthetic/scenes';
import { photograph } from '../../src/data/synthetic/scenes/camera';
import { layMarks } from '../../src/data/synthetic/scenes/marks';
import { layPatch } from '../../src/data/synthetic/scenes/patch';
import { blurTones, castTones, fadeTones, stepTones } from '../../src/data/synthetic/scenes/tone';
import type { SceneDraft } from '../../src/data/synthetic/scenes';
import { COLOURS, type SceneFacts } from '../../src/data/synthetic/types';

const SIZE = 64;
const NAMES = Object.keys(SCENE_ATTRIBUTES);
const draw = (i: number): SceneDraft => drawScene(new Random(11, 'scene', i));
const bytes = (draft: SceneDraft): Uint8ClampedArray => toBytes(renderScene(draft, SIZE).picture);
const digest = (pixels: Uint8ClampedArray): number => hash(...pixels);
/** Mean absolute difference in bytes. */
const difference = (a: Uint8ClampedArray, b: Uint8ClampedArray): number =>
  a.reduce((sum, v, i) => sum + Math.abs(v - b[i]!), 0) / a.length;

/** A scene of every kind, without anything over it. */
const bare = (i: number): SceneDraft => {
  const draft = draw(i);
  const facts: SceneFacts = {
    ...draft.facts,
    surface: 'plain',
    border: 'none',
    cast: 'none',
    highlight: null,
    patch: null,
    marks: null,
    focus: 'sharp',
    contrast: 'strong',
    tones: 'smooth',
    sheet: 'flat',
    camera: 'clear',
  };
  return { ...draft, facts };
};
const first = (wanted: (facts: SceneFacts) => boolean): number => {
  for (let i = 0; i < 500; i++) if (wanted(draw(i).facts)) return i;
  throw new Error('No such scene among 500');
};

describe('broad scenes', () => {
  const facts = Array.from({ length: 4000 }, (_, i) => draw(i).facts);
  const codes = facts.map(codesOf);
  const column = (name: string): number[] => codes.map((row) => row[NAMES.indexOf(name)]!);

  it('are the same bytes for the same draft, and others for another', () => {
    const pixels = [0, 1, 2, 3].map((i) => digest(bytes(draw(i))));
    expect([0, 1, 2, 3].map((i) => digest(bytes(draw(i))))).toEqual(pixels);
    expect(new Set(pixels).size).toBe(4);
  });

  it('are the same bytes on every machine: things and faces under every surface, border, bend and glare', () => {
    const drafts = Array.from({ length: 24 }, (_, i) => draw(i));
    const values = (of: (facts: SceneFacts) => unknown): number => new Set(drafts.map(({ facts }) => of(facts))).size;
    expect([values(({ surface }) => surface), values(({ border }) => border), values(({ sheet }) => sheet)]).toEqual([
      5, 4, 2,
    ]);
    expect(values(({ highlight }) => highlight?.kind ?? null)).toBe(3);
    expect(hash(...drafts.map((draft) => digest(bytes(draft))))).toMatchInlineSnapshot(`1810914567`);
  });

  it('paint, blur, step, fade and photograph to the same bytes on every machine', () => {
    const picture = raster(SIZE, SIZE);
    for (let i = 0; i < picture.data.length; i++) picture.data[i] = (i % (3 * SIZE)) / (3 * SIZE);
    layPatch(picture, { colour: 'blue', outline: 'torn', place: 'left' }, 1, null);
    layMarks(picture, { kind: 'writing', place: 'right' }, 1, 2);
    layMarks(picture, { kind: 'lines', place: 'bottom' }, 1, 3);
    blurTones(picture, 0.9);
    stepTones(picture, new Random(4));
    fadeTones(picture, new Random(5));
    castTones(picture, 'reddish', 1, new Random(6));
    photograph(picture, 7);
    expect(digest(toBytes(picture))).toMatchInlineSnapshot(`1051398141`);
  });

  it('leave the draft and its facts as they were', () => {
    const draft = draw(5);
    const before = JSON.stringify(draft);
    expect(renderScene(draft, SIZE).facts).toEqual(draft.facts);
    expect(JSON.stringify(draft)).toBe(before);
  });

  it('have about two faces in three, and every value often enough to be learned', () => {
    const faces = facts.filter((scene) => scene.face).length / facts.length;
    expect(faces).toBeGreaterThan(0.61);
    expect(faces).toBeLessThan(0.69);
    for (const name of NAMES) {
      const present = column(name).filter((code) => code >= 0);
      SCENE_ATTRIBUTES[name]!.forEach((value, code) => {
        const share = present.filter((other) => other === code).length / present.length;
        // Eleven colours have 9 % each; hair and beards follow the population.
        expect(share, `${name}: ${value}`).toBeGreaterThan(0.05);
      });
    }
  });

  it('draw what lies over a scene independently of the scene and of one another', () => {
    const over = [
      'kind',
      'surface',
      'border',
      'cast',
      'highlight',
      'patch',
      'marks',
      'focus',
      'contrast',
      'tones',
      'sheet',
    ];
    for (const a of over) {
      for (const b of over) {
        if (a === b) continue;
        const given = column(a);
        const of = column(b);
        SCENE_ATTRIBUTES[a]!.forEach((value, code) => {
          const rows = of.filter((_, i) => given[i] === code);
          SCENE_ATTRIBUTES[b]!.forEach((word, other) => {
            const conditional = rows.filter((v) => v === other).length / rows.length;
            const marginal = of.filter((v) => v === other).length / of.length;
            expect(Math.abs(conditional - marginal), `${b} ${word} given ${a} ${value}`).toBeLessThan(0.075);
          });
        });
      }
    }
  });

  it('have codes that name their facts, and -1 for what they lack', () => {
    facts.slice(0, 300).forEach((scene, i) => {
      const word = (name: string): string | undefined => SCENE_ATTRIBUTES[name]![codes[i]![NAMES.indexOf(name)]!];
      expect(word('kind')).toBe(scene.face ? 'face' : 'objects');
      expect(word('surface')).toBe(scene.surface);
      expect(word('patchColour')).toBe(scene.patch?.colour);
      expect(word('marksPlace')).toBe(scene.marks?.place);
      expect(word('skin')).toBe(scene.face?.skin);
      expect(word('light')).toBe(scene.face?.light ?? undefined);
      expect(word('hair')).toBe(scene.face && scene.face.hairStyle !== 'bald' ? scene.face.hair : undefined);
      expect(word('shape')).toBe(scene.objects[0]?.shape);
      expect(word('colour2')).toBe(scene.objects[1]?.colour);
    });
  });

  it('say nothing of pores where the lens takes them away', () => {
    for (const scene of facts) if (scene.focus === 'blurred') expect(scene.face?.texture ?? 'smooth').toBe('smooth');
  });

  it('tell of the texture of skin only where it can be seen', () => {
    const texture = NAMES.indexOf('texture');
    facts.forEach((scene, i) => {
      const hidden = scene.focus === 'blurred' || scene.camera === 'rough' || scene.tones === 'stepped';
      if (hidden || scene.surface === 'dotted') expect(codes[i]![texture]).toBe(-1);
    });
    expect(codes.filter((row) => row[texture]! >= 0).length).toBeGreaterThan(400);
  });

  it('hold no word of the task', () => {
    const words = JSON.stringify([SCENE_ATTRIBUTES, facts.slice(0, 500)]).toLowerCase();
    expect(words).not.toMatch(
      /\b(live|spoof|fake|real|genuine|attack|print|printed|replay|mask|mannequin|bona ?fide)\b/,
    );
  });

  const changes: [string, Partial<SceneFacts>, number][] = [
    ['dots', { surface: 'dotted' }, 6],
    ['grain', { surface: 'grainy' }, 6],
    ['a grid', { surface: 'gridded' }, 6],
    ['bands', { surface: 'banded' }, 6],
    ['a pale border', { border: 'pale' }, 5],
    ['a dark border', { border: 'dark' }, 5],
    ['a coloured border', { border: 'coloured' }, 5],
    ['a cast', { cast: 'bluish' }, 6],
    ['a streak', { highlight: { kind: 'streak', place: 'left' } }, 1],
    ['a spot', { highlight: { kind: 'spot', place: 'bottom' } }, 1],
    ['a piece', { patch: { colour: 'purple', outline: 'torn', place: 'right' } }, 1.5],
    ['writing', { marks: { kind: 'writing', place: 'bottom' } }, 0.8],
    ['lines', { marks: { kind: 'lines', place: 'bottom' } }, 0.8],
    ['blur', { focus: 'blurred' }, 1],
    ['fading', { contrast: 'faded' }, 8],
    ['steps', { tones: 'stepped' }, 2.5],
    ['a bend', { sheet: 'bent' }, 4],
    ['a rough camera', { camera: 'rough' }, 1.5],
  ];
  const samples = [first((scene) => scene.face !== null), first((scene) => scene.face === null)].map(bare);
  const plain = samples.map(bytes);
  it.each(changes)('show %s', (_, change, least) => {
    samples.forEach((draft, i) => {
      const changed = bytes({ ...draft, facts: { ...draft.facts, ...change } });
      expect(difference(changed, plain[i]!)).toBeGreaterThan(least);
    });
  });

  describe('know what lies where', () => {
    /** The most frequent part and colour among the pixels around a place, as words. */
    const around = (map: PartMap, x: number, y: number): string[] => {
      const counts = new Map<string, number>();
      for (let dy = -3; dy <= 3; dy++)
        for (let dx = -3; dx <= 3; dx++) {
          const p = (Math.round(y * SIZE) + dy) * SIZE + Math.round(x * SIZE) + dx;
          const colour = map.colours[p]!;
          const word = `${SCENE_PARTS[map.parts[p]!]} ${colour === 0 ? '-' : COLOURS[colour - 1]!}`;
          counts.set(word, (counts.get(word) ?? 0) + 1);
        }
      return [...counts].sort((a, b) => b[1] - a[1])[0]![0].split(' ');
    };
    const mapped = (draft: SceneDraft): PartMap => {
      const map = new PartMap(SIZE);
      renderScene(draft, SIZE, map);
      return map;
    };
    const share = (map: PartMap, part: string): number =>
      map.parts.filter((number) => SCENE_PARTS[number] === part).length / map.parts.length;

    it('a thing with its colour', () => {
      const i = first(({ face, objects }) => face === null && objects.length === 1 && objects[0]!.place === 'left');
      const draft = bare(i);
      const [{ colour }] = draft.facts.objects as [SceneFacts['objects'][number]];
      for (const shape of ['circle', 'square', 'star'] as const) {
        const facts = { ...draft.facts, objects: [{ shape, colour, place: 'left' as const }] };
        expect(around(mapped({ ...draft, facts }), 0.25, 0.5)).toEqual([shape, colour]);
      }
    });

    it('a face, and what lies over it', () => {
      const draft = bare(first(({ face }) => face !== null && face.hairStyle === 'long'));
      const plain = mapped(draft);
      expect(share(plain, 'skin')).toBeGreaterThan(0.08);
      expect(share(plain, 'hair')).toBeGreaterThan(0.05);
      const over: [string, Partial<SceneFacts>][] = [
        ['torn piece', { patch: { colour: 'purple', outline: 'torn', place: 'right' } }],
        ['writing', { marks: { kind: 'writing', place: 'bottom' } }],
        ['border', { border: 'pale' }],
        ['glare', { highlight: { kind: 'spot', place: 'top' } }],
      ];
      for (const [part, change] of over) {
        expect(share(plain, part), part).toBe(0);
        expect(share(mapped({ ...draft, facts: { ...draft.facts, ...change } }), part), part).toBeGreaterThan(0.01);
      }
    });
  });
});
