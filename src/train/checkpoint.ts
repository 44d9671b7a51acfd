/**
 * What a checkpoint holds: every trainable tensor, both moments of the optimiser, and how far the run was, as one
 * safetensors file (float32, so nothing is rounded). There is no random state and no data cursor to save: the order
 * of the data and the mix of captions are functions of the configuration and the step.
 *
 * Tensors: `parameter.<name>`, `first.<name>`, `second.<name>`. Metadata: `format`, `step`, `evaluated`, `seconds`,
 * `config` (JSON), `history` (JSON).
 */
import * as tf from '../device/tf';
import { parseSafetensors, readFloat32, writeSafetensors, type SafetensorsFile } from '../model/safetensors';
import { StorageError, type RunConfig } from '../protocol';
import type { AdamW, Parameters } from './adamw';

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

interface Values {
  shape: number[];
  data: Float32Array<ArrayBuffer>;
}

/** Reads all tensors back from the device and serialises them. */
export async function packCheckpoint(
  parameters: Parameters,
  optimiser: AdamW,
  { progress, config, seconds }: CheckpointNotes,
): Promise<Uint8Array<ArrayBuffer>> {
  const tensors = new Map<string, Values>();
  for (const [kind, of] of kinds(parameters, optimiser)) {
    for (const [name, variable] of of) {
      // A copy: on the processor tfjs may answer with its own memory.
      const data = Float32Array.from(await variable.data<'float32'>());
      tensors.set(`${kind}.${name}`, { shape: variable.shape, data });
    }
  }
  return writeSafetensors(tensors, {
    format: FORMAT,
    step: String(progress.step),
    evaluated: String(progress.evaluated),
    seconds: String(seconds),
    config: JSON.stringify(config),
    history: JSON.stringify(progress.history),
  });
}

export interface Checkpoint extends CheckpointNotes {
  /** Puts back parameters and moments. Nothing is changed when a tensor is missing or has another shape. */
  restore(parameters: Parameters, optimiser: AdamW): Promise<void>;
  /** Puts back the parameters alone, to look at or export a run. */
  restoreParameters(parameters: Parameters): Promise<void>;
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
  const config = JSON.parse(note('config')) as RunConfig;
  const history = JSON.parse(note('history')) as RunProgress['history'];
  return {
    progress: { step: Number(note('step')), evaluated: Number(note('evaluated')), history },
    config,
    seconds: Number(note('seconds')),
    restore: async (parameters, optimiser) => assign(file, kinds(parameters, optimiser)),
    restoreParameters: async (parameters) => assign(file, [['parameter', parameters]]),
  };
}

type Kinds = readonly (readonly ['parameter' | 'first' | 'second', Parameters])[];

function kinds(parameters: Parameters, optimiser: AdamW): Kinds {
  return [
    ['parameter', parameters],
    ['first', optimiser.first],
    ['second', optimiser.second],
  ];
}

async function assign(file: SafetensorsFile, into: Kinds): Promise<void> {
  const pairs = into.flatMap(([kind, of]) =>
    [...of].map(([name, variable]) => {
      const entry = file.tensors.get(`${kind}.${name}`);
      if (entry === undefined) throw foreign(`It has no tensor for ${name}.`);
      if (entry.shape.join() !== variable.shape.join()) {
        throw foreign(`${name} has the shape [${entry.shape.join(', ')}], not [${variable.shape.join(', ')}].`);
      }
      return { entry, variable };
    }),
  );
  for (const { entry, variable } of pairs) {
    const data = await readFloat32(file, entry);
    tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, 'float32')));
  }
}

function foreign(cause: string): StorageError {
  return new StorageError({
    file: 'checkpoint',
    cause: `The checkpoint does not fit this run. ${cause}`,
    remedy: 'Load the backbone and the settings (LoRA rank, vision adapters) that the run was made with.',
  });
}
