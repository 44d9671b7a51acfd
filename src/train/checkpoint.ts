/**
 * What a checkpoint holds: every trainable tensor, both moments of the optimiser, and how far the run was, as one
 * safetensors file (float32, so nothing is rounded). There is no random state and no data cursor to save: the order
 * of the data and the mix of captions are functions of the configuration and the step.
 *
 * Tensors: `parameter.<name>`, `first.<name>`, `second.<name>`. Metadata: `format`, `step`, `evaluated`, `seconds`,
 * `config` (JSON), `history` (JSON).
 */
import type * as tf from '../device/tf';
import { turned, type FlatState, type NamedArray } from '../model';
import {
  parseSafetensors,
  readFloat32,
  writeSafetensors,
  type SafetensorsFile,
  type TensorEntry,
} from '../model/safetensors';
import { StorageError, completed, type RunConfig } from '../protocol';
import type { AdamW } from './adamw';

const FORMAT = 'whylive-checkpoint-1';

export interface RunProgress {
  /** Optimiser steps done. */
  step: number;
  /** Step of the last whole evaluation; -1 before the first. */
  evaluated: number;
  /** Losses of every step so far. */
  history: readonly { step: number; total: number; cls: number; cap: number | null }[];
}

export interface CheckpointNotes {
  progress: RunProgress;
  config: RunConfig;
  /** Seconds spent so far, pauses excluded. */
  seconds: number;
}

/** Reads all tensors back from the device and serialises them; without an optimiser the parameters alone. */
export async function packCheckpoint(
  state: FlatState,
  optimiser: Moments | null,
  { progress, config, seconds }: CheckpointNotes,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = new Map<string, NamedArray>();
  for (const [kind, flat] of kinds(state, optimiser)) {
    for (const [name, values] of await state.readFrom(flat)) tensors.set(`${kind}.${name}`, values);
  }
  return writeSafetensors(tensors, {
    format: FORMAT,
    backbone: state.fingerprint,
    step: String(progress.step),
    evaluated: String(progress.evaluated),
    seconds: String(seconds),
    config: JSON.stringify(config),
    history: JSON.stringify(progress.history),
  });
}

export interface Checkpoint extends CheckpointNotes {
  /** Puts back parameters and moments. Nothing is changed when a tensor is missing or has another shape. */
  restore(state: FlatState, optimiser: AdamW): Promise<void>;
  /** Puts back the parameters alone, to look at or export a run. */
  restoreParameters(state: FlatState): Promise<void>;
  /** Both moments in Python's layout, as `first.<name>` and `second.<name>`; empty where there are none. */
  moments(): Promise<Map<string, NamedArray>>;
}

/** @throws StorageError when the bytes are no checkpoint of this page. */
export async function unpackCheckpoint(bytes: Uint8Array<ArrayBuffer>): Promise<Checkpoint> {
  const file = await parseSafetensors('checkpoint', new Blob([bytes]));
  const note = (key: string): string => {
    const value = file.metadata.get(key);
    if (value === undefined) throw foreign(`It has no ${key}.`);
    return value;
  };
  if (note('format') !== FORMAT) throw foreign(`Its format is ${note('format')}, not ${FORMAT}.`);
  const config = completed(JSON.parse(note('config')) as RunConfig);
  const history = JSON.parse(note('history')) as RunProgress['history'];
  return {
    progress: { step: Number(note('step')), evaluated: Number(note('evaluated')), history },
    config,
    seconds: Number(note('seconds')),
    restore: async (state, optimiser) => assign(file, state, kinds(state, optimiser)),
    restoreParameters: async (state) => assign(file, state, [['parameter', state.values]]),
    moments: async () => {
      const found = [...file.tensors].filter(([name]) => /^(first|second)\./.test(name));
      const read = async (entry: TensorEntry): Promise<NamedArray> =>
        turned({ shape: entry.shape, data: await readFloat32(file, entry) });
      return new Map(await Promise.all(found.map(async ([name, entry]) => [name, await read(entry)] as const)));
    },
  };
}

/** The optimiser's part. An adapter that was loaded from a folder has none: it is begun from, not gone on with. */
type Moments = Pick<AdamW, 'first' | 'second'>;
type Kinds = readonly (readonly ['parameter' | 'first' | 'second', tf.Variable])[];

function kinds(state: FlatState, optimiser: Moments | null): Kinds {
  const parameters = ['parameter', state.values] as const;
  return optimiser === null ? [parameters] : [parameters, ['first', optimiser.first], ['second', optimiser.second]];
}

async function assign(file: SafetensorsFile, state: FlatState, into: Kinds): Promise<void> {
  // Written since there are fingerprints.
  const backbone = file.metadata.get('backbone') ?? '';
  if (backbone !== '' && state.fingerprint !== '' && backbone !== state.fingerprint)
    throw foreign('It was made on other backbone weights than those that are loaded.');
  // All are read before any is changed.
  const read: [tf.Variable, Map<string, NamedArray>][] = [];
  for (const [kind, flat] of into) {
    const values = new Map<string, NamedArray>();
    for (const [name, { shape }] of state.places) {
      const entry = file.tensors.get(`${kind}.${name}`);
      if (entry === undefined) throw foreign(`It has no tensor for ${name}.`);
      if (entry.shape.join() !== shape.join())
        throw foreign(`${name} has the shape [${entry.shape.join(', ')}], not [${shape.join(', ')}].`);
      values.set(name, { shape: [...shape], data: await readFloat32(file, entry) });
    }
    read.push([flat, values]);
  }
  for (const [flat, values] of read) state.writeInto(flat, values);
}

function foreign(cause: string): StorageError {
  return new StorageError({
    file: 'checkpoint',
    cause: `The checkpoint does not fit this run. ${cause}`,
    remedy: 'Load the backbone and the settings (LoRA rank, vision adapters) that the run was made with.',
  });
}
