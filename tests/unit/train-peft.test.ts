/** What an adapter folder is refused for, by name; and what is read of one that is not refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { writeSafetensors } from '../../src/model/safetensors';
import { CancelledError, ModelError, type ModelFile, type Progress } from '../../src/protocol';
import { parsePeftConfig } from '../../src/train/peft_config';
import { importAdapter, type AdapterTarget, type ImportedAdapter } from '../../src/train/peft_import';

/** As peft 0.21 writes it. */
const SAVED = JSON.parse(readFileSync('tests/golden/peft/text/adapter_config.json', 'utf8')) as Record<string, unknown>;
const settings = (change: Record<string, unknown> = {}): string => JSON.stringify({ ...SAVED, ...change });

describe('adapter_config.json', () => {
  test('as peft writes it', () => {
    expect(parsePeftConfig(settings(), 'adapter_config.json')).toEqual({
      rank: 4,
      alpha: 6,
      modulesToSave: [],
      someLayers: false,
      base: 'someone/tiny',
      notes: [],
    });
  });

  test('as little as loads in Python', () => {
    expect(parsePeftConfig('{"peft_type":"LORA","r":8,"lora_alpha":16}', 'c').alpha).toBe(16);
  });

  test('rank-stabilised: the same scale as a plain alpha', () => {
    const { alpha, notes } = parsePeftConfig(settings({ use_rslora: true, r: 16, lora_alpha: 8 }), 'c');
    expect(alpha / 16).toBe(8 / Math.sqrt(16));
    expect(notes).toEqual([expect.stringContaining('rsLoRA')]);
  });

  test('dropout is told', () => {
    expect(parsePeftConfig(settings({ lora_dropout: 0.1 }), 'c').notes[0]).toMatch(/lora_dropout 0\.1/);
  });

  test.each<[string, Record<string, unknown>, RegExp]>([
    ['IA3', { peft_type: 'IA3' }, /peft_type is "IA3"/],
    ['no type', { peft_type: undefined }, /peft_type is missing/],
    ['DoRA', { use_dora: true }, /DoRA/],
    ['QA-LoRA', { use_qalora: true }, /QA-LoRA/],
    ['ranks of their own', { rank_pattern: { q_proj: 8 } }, /rank_pattern/],
    ['scales of their own', { alpha_pattern: { q_proj: 8 } }, /alpha_pattern/],
    ['biases', { bias: 'lora_only' }, /bias "lora_only"/],
    ['biases of the adapters', { lora_bias: true }, /lora_bias/],
    ['turned weights', { fan_in_fan_out: true }, /fan_in_fan_out/],
    ['repeated layers', { layer_replication: [[0, 2]] }, /layer_replication/],
    ['trained tokens', { trainable_token_indices: [1] }, /trainable_token_indices/],
    ['adapted parameters', { target_parameters: ['w'] }, /target_parameters/],
    ['PiSSA', { init_lora_weights: 'pissa_niter_4' }, /pissa_niter_4.*changed the backbone/],
    ['LoftQ', { init_lora_weights: 'loftq' }, /changed the backbone/],
    ['aLoRA', { alora_invocation_tokens: [1, 2] }, /aLoRA/],
    ['rank 0', { r: 0 }, /rank r is 0/],
    ['rank as text', { r: '8' }, /rank r is "8"/],
    ['no alpha', { lora_alpha: null }, /lora_alpha is null/],
    ['modules_to_save as text', { modules_to_save: 'lm_head' }, /modules_to_save/],
  ])('refused: %s', (_, change, reason) => {
    const read = (): unknown => parsePeftConfig(settings(change), 'adapter_config.json');
    expect(read).toThrow(ModelError);
    expect(read).toThrow(reason);
    expect(read).toThrow(/^adapter_config\.json: /);
  });

  test.each(['', '[]', 'null', '{'])('refused: %j', (json) => {
    expect(() => parsePeftConfig(json, 'c')).toThrow(ModelError);
  });
});

const RANK = 4;
const BLOCKS = [0, 1].map((i) => `model.text_model.layers.${i}.self_attn`);
const VISION = 'model.vision_model.encoder.layers.0.self_attn';

/** A backbone of two decoder layers and one vision layer, as `VisionLanguageModel.trainable` says it. */
const trainable: AdapterTarget['trainable'] = ({ loraRank, loraVision, lmHead }) => {
  const shapes = new Map<string, number[]>();
  for (const block of [...(loraVision ? [VISION] : []), ...BLOCKS]) {
    for (const part of ['q', 'k', 'v']) {
      shapes.set(`${block}.${part}_proj.lora_A.weight`, [loraRank, 8]);
      shapes.set(`${block}.${part}_proj.lora_B.weight`, [6, loraRank]);
    }
  }
  shapes.set('model.connector.modality_projection.proj.weight', [8, 12]);
  if (lmHead === 'full') shapes.set('lm_head.weight', [10, 8]);
  if (lmHead === 'adapter') {
    shapes.set('lm_head.lora_A.weight', [loraRank, 8]);
    shapes.set('lm_head.lora_B.weight', [10, loraRank]);
  }
  shapes.set('vision_cls_head.weight', [2, 5]);
  shapes.set('vision_cls_head.bias', [2]);
  return shapes;
};

/** Its files call the decoder `language_model` in another layout. */
const TINY: AdapterTarget = {
  name: 'tiny',
  trainable,
  ownName: (name) => name.replace(/^language_model\.model\./, 'model.text_model.'),
};

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

/** Every tensor of the kinds that match, numbered. */
function tensors(wanted: RegExp, options: Partial<ImportedAdapter['options']> = {}): Tensors {
  const shapes = trainable({ loraRank: RANK, loraAlpha: 6, loraVision: true, lmHead: 'full', seed: 0, ...options });
  const found: Tensors = new Map();
  for (const [name, shape] of shapes) {
    if (!wanted.test(name)) continue;
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + found.size);
    found.set(`base_model.model.${name}`, { shape: [...shape], data });
  }
  return found;
}

const folder = (weights: Tensors, change: Record<string, unknown> = {}, ...more: ModelFile[]): ModelFile[] => [
  { path: 'adapter_config.json', blob: new Blob([settings(change)]) },
  { path: 'adapter_model.safetensors', blob: new Blob([writeSafetensors(weights)]) },
  ...more,
];
const load = (files: ModelFile[]): Promise<ImportedAdapter> => importAdapter('mine', files, TINY);

async function refusal(files: ModelFile[]): Promise<ModelError> {
  const error: unknown = await load(files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

describe('an adapter folder', () => {
  test('text only, on some projections: the rest is left out', async () => {
    const { options, values, head, notes } = await load(folder(tensors(/text_model.*(q|v)_proj/)));
    expect(options).toEqual({ loraRank: 4, loraAlpha: 6, loraVision: false, lmHead: 'frozen' });
    expect(values.size).toBe(8);
    expect(head).toBe(false);
    expect(notes).toEqual([
      'It has no adapter on k_proj: nothing is added there until it is trained further.',
      expect.stringContaining('no live/spoof head'),
    ]);
  });

  test('both towers, whole projector and lm_head', async () => {
    const all = tensors(/lora|connector|lm_head/);
    const { options, values } = await load(folder(all, { modules_to_save: ['lm_head', 'modality_projection'] }));
    expect(options).toMatchObject({ loraVision: true, lmHead: 'full' });
    expect(new Set([...values.keys()].map((name) => `base_model.model.${name}`))).toEqual(new Set(all.keys()));
    expect(values.get('lm_head.weight')!.data).toEqual(all.get('base_model.model.lm_head.weight')!.data);
  });

  test('an adapter on lm_head, with the frozen copies that peft saves beside it', async () => {
    const all = tensors(/text_model|lm_head/, { lmHead: 'adapter', loraVision: false });
    const copy = { shape: [10, 8], data: new Float32Array(80) };
    all.set('base_model.model.lm_head.base_layer.weight', copy);
    all.set('base_model.model.model.text_model.embed_tokens.weight', copy);
    const { options, values } = await load(folder(all));
    expect(options.lmHead).toBe('adapter');
    expect(values.size).toBe(14);
  });

  test('names of another layout of the same backbone', async () => {
    const ours = tensors(/text_model/);
    const theirs = new Map(
      [...ours].map(([n, v]) => [n.replace('model.model.text_model.', 'model.language_model.model.'), v]),
    );
    expect([...theirs.keys()][0]).toBe('base_model.model.language_model.model.layers.0.self_attn.q_proj.lora_A.weight');
    expect((await load(folder(theirs))).values).toEqual((await load(folder(ours))).values);
  });

  test('tells how far it is, and stops when told', async () => {
    const files = folder(tensors(/text_model/));
    const told: Progress[] = [];
    await importAdapter('mine', files, TINY, { progress: (progress) => void told.push(progress) });
    expect(told.map(({ done }) => done)).toEqual([...told.map(({ done }) => done)].sort((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ label: 'adapter_model.safetensors', done: told[0]!.total, unit: 'bytes' });
    const stop = new AbortController();
    const reading = importAdapter('mine', files, TINY, { signal: stop.signal, progress: () => stop.abort() });
    await expect(reading).rejects.toThrow(CancelledError);
  });

  test('some layers only, where the file says so', async () => {
    const files = (change: object): ModelFile[] => folder(tensors(/layers\.1\./), { ...change });
    expect((await load(files({ layers_to_transform: [1] }))).values.size).toBe(6);
    expect((await refusal(files({}))).why).toMatch(/text_model\.layers\.0.*is missing/);
  });

  test('the highest folder that has a configuration, and its own files', async () => {
    const other = tensors(/nothing/);
    const nested = folder(other).map(({ path, blob }) => ({ path: `out/checkpoint-5/${path}`, blob }));
    const mine = folder(tensors(/text_model/)).map(({ path, blob }) => ({ path: `out/${path}`, blob }));
    expect((await load([...nested, ...mine])).values.size).toBe(12);
  });

  test('a head, with the labels it says', async () => {
    const head = (labels: string[], shape = [2, 5]): ModelFile[] => [
      {
        path: 'classifier.safetensors',
        blob: new Blob([
          writeSafetensors(
            new Map([
              ['weight', { shape, data: new Float32Array(shape[0]! * shape[1]!) }],
              ['bias', { shape: [2], data: Float32Array.of(1, -1) }],
            ]),
          ),
        ]),
      },
      { path: 'classifier.json', blob: new Blob([JSON.stringify({ labels })]) },
    ];
    const whole = tensors(/text_model/);
    expect(await load(folder(whole, {}, ...head(['live', 'spoof'])))).toMatchObject({ head: true });
    expect((await refusal(folder(whole, {}, ...head(['spoof', 'live'])))).file).toBe('classifier.json');
    expect((await refusal(folder(whole, {}, ...head(['live', 'spoof'], [2, 7])))).why).toMatch(/\[2, 7\] instead of/);
  });
});

describe('is refused with', () => {
  test('no configuration, no weights, or weights that may run code', async () => {
    const [config, weights] = folder(tensors(/text_model/));
    expect((await refusal([weights!])).file).toBe('mine/adapter_config.json');
    expect((await refusal([config!])).file).toBe('mine/adapter_model.safetensors');
    const pickled = { path: 'adapter_model.bin', blob: new Blob() };
    expect((await refusal([config!, pickled])).remedy).toMatch(/safe_serialization/);
  });

  test('nothing in it', async () => {
    expect((await refusal(folder(new Map()))).why).toBe('It holds no adapter.');
  });

  test('modules of another backbone', async () => {
    const other: Tensors = new Map([
      [
        'base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight',
        { shape: [4, 8], data: new Float32Array(32) },
      ],
    ]);
    const refused = await refusal(folder(other, { base_model_name_or_path: 'hub/some-llava' }));
    expect(refused.why).toMatch(/language_model.*belongs to nothing that is trained of tiny/);
    expect(refused.remedy).toMatch(/made for \(some-llava\)/);
  });

  test('modules that are not trained here', async () => {
    const more = tensors(/text_model/);
    more.set('base_model.model.model.text_model.layers.0.mlp.up_proj.lora_A.weight', {
      shape: [4, 8],
      data: new Float32Array(32),
    });
    expect((await refusal(folder(more))).remedy).toMatch(/q_proj, k_proj, v_proj and lm_head/);
  });

  test('another width', async () => {
    const wide = tensors(/text_model/);
    wide.set([...wide.keys()][0]!, { shape: [4, 9], data: new Float32Array(36) });
    expect((await refusal(folder(wide))).why).toMatch(/has shape \[4, 9\].*asks for \[4, 8\]/);
  });

  test('another rank than it says', async () => {
    expect((await refusal(folder(tensors(/text_model/), { r: 8 }))).why).toMatch(/asks for \[8, 8\]/);
  });

  test.each(['lora_A', 'lora_B'])('a %s that is missing', async (side) => {
    const part = tensors(/text_model/);
    const gone = [...part.keys()].find((name) => name.includes(`layers.1.self_attn.v_proj.${side}`))!;
    part.delete(gone);
    expect((await refusal(folder(part))).why).toBe(`Tensor ${JSON.stringify(gone)} is missing.`);
  });

  test('a module that should have been saved, or that is none of ours', async () => {
    const adapters = tensors(/text_model/);
    expect((await refusal(folder(adapters, { modules_to_save: ['modality_projection'] }))).why).toMatch(
      /connector\.modality_projection\.proj\.weight" is missing/,
    );
    expect((await refusal(folder(adapters, { modules_to_save: ['embed_tokens'] }))).why).toMatch(/embed_tokens/);
  });

  test('an embedding that was trained with lm_head (ensure_weight_tying), or that has more tokens', async () => {
    const whole = tensors(/text_model|lm_head/);
    whole.set('base_model.model.model.text_model.embed_tokens.weight', { shape: [10, 8], data: new Float32Array(80) });
    const saved = { modules_to_save: ['model.text_model.embed_tokens'], ensure_weight_tying: true };
    expect((await refusal(folder(whole, saved))).why).toMatch(/modules_to_save names .*embed_tokens/);
    const adapted = tensors(/text_model/);
    adapted.set('base_model.model.model.text_model.embed_tokens.lora_embedding_A', {
      shape: [4, 10],
      data: new Float32Array(40),
    });
    expect((await refusal(folder(adapted, { ensure_weight_tying: true }))).why).toMatch(
      /embed_tokens.*belongs to nothing/,
    );
    const resized = tensors(/text_model/);
    resized.set('base_model.model.model.text_model.embed_tokens.weight', {
      shape: [12, 8],
      data: new Float32Array(96),
    });
    expect((await refusal(folder(resized))).why).toMatch(/\[12, 8\].*\[10, 8\]: tokens were added/);
  });

  test('numbers that are not finite', async () => {
    const broken = tensors(/text_model/);
    broken.values().next().value!.data[3] = NaN;
    expect((await refusal(folder(broken))).why).toMatch(/not finite/);
  });

  test('a damaged file', async () => {
    const [config, weights] = folder(tensors(/text_model/));
    const cut = { path: weights!.path, blob: weights!.blob.slice(0, -4) };
    expect((await refusal([config!, cut])).why).toMatch(/cut off/);
  });
});
