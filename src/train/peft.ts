/**
 * A run as a PEFT folder that Python's `peft` loads, and the live/spoof head beside it.
 *
 * PEFT would drop an extra tensor silently, so the head has files of its own (`classifier.*`) and a short loader beside
 * them. Names and minimal fields are those that peft writes itself (checked with a real round trip).
 */
import { writeSafetensors, type TrainableState } from '../model';
import type { ExportFile, ModelInfo, RunConfig } from '../protocol';
import { HEAD_POLICY } from '../evaluate/evaluation';
import { SPOOF_THRESHOLD } from '../evaluate/judge';
import { PROMPTS } from './captions';
import { LOADER, LOADER_CODE } from './peft_loader';

export interface AdapterSource {
  state: TrainableState;
  config: RunConfig;
  /** Name of the backbone, the hub's commit where it came from there, how it was held, and which weights it is. */
  backbone: Pick<ModelInfo, 'name'> & Partial<Pick<ModelInfo, 'revision' | 'weights' | 'fingerprint'>>;
  runId: string;
  /** Optimiser steps done. */
  step: number;
}

/** The files of the folder: adapter, its configuration, head, its description, README. */
export async function exportAdapter(source: AdapterSource): Promise<ExportFile[]> {
  const { state, config, backbone, runId, step } = source;
  const { adapter, head, targetModules, modulesToSave, normalised } = await state.toPython();
  const json = (path: string, value: unknown): ExportFile => text(path, `${JSON.stringify(value, null, 2)}\n`);
  return [
    json('adapter_config.json', {
      peft_type: 'LORA',
      task_type: null,
      base_model_name_or_path: backbone.name,
      inference_mode: true,
      r: state.options.loraRank,
      lora_alpha: state.options.loraAlpha,
      lora_dropout: 0,
      bias: 'none',
      // A regular expression: a plain list of suffixes would also wrap the vision tower where it has no adapters.
      target_modules: targetModules,
      modules_to_save: modulesToSave,
      fan_in_fan_out: false,
      init_lora_weights: true,
      use_rslora: false,
      use_dora: false,
      rank_pattern: {},
      alpha_pattern: {},
      revision: backbone.revision ?? null,
    }),
    { path: 'adapter_model.safetensors', bytes: writeSafetensors(adapter, { format: 'pt' }) },
    { path: 'classifier.safetensors', bytes: writeSafetensors(head, { format: 'pt' }) },
    json('classifier.json', {
      labels: ['live', 'spoof'],
      features: `${normalised ? 'last_hidden_state' : 'hidden_states[-1]'} of the vision tower (${normalised ? 'after' : 'before'} its final norm), adapters applied`,
      normalised,
      pooling: 'mean over patches',
      threshold: SPOOF_THRESHOLD,
      policy: HEAD_POLICY,
      // It begins at zero, and only its own loss moves it.
      trained: [...head.values()].some(({ data }) => data.some((value) => value !== 0)),
    }),
    json('run.json', {
      run: runId,
      step,
      backbone: backbone.name,
      weights: backbone.weights,
      fingerprint: backbone.fingerprint,
      prompts: PROMPTS,
      config,
    }),
    text(LOADER, LOADER_CODE),
    text('README.md', readme(backbone.name)),
  ];
}

function text(path: string, content: string): ExportFile {
  return { path, bytes: new TextEncoder().encode(content) };
}

function readme(backbone: string): string {
  return `# Face anti-spoofing adapter

A LoRA adapter in PEFT's format, with what was trained whole of the projector and \`lm_head\`, for the backbone
\`${backbone}\`, and a linear live/spoof head on the vision tower's features. \`run.json\` holds the configuration and the
prompts; \`${LOADER}\` loads all of it:

\`\`\`python
from live_spoof import load
from transformers import AutoProcessor

model, head = load("path/to/${backbone}", "path/to/this/folder")
processor = AutoProcessor.from_pretrained("path/to/${backbone}")
\`\`\`

\`peft.PeftModel.from_pretrained(base, folder)\` alone gives the language model; peft takes no notice of the head. To merge
the adapter into the weights and save them, load with \`untie=True\`: where \`lm_head\` shares the embedding's weights, both
would be changed.
`;
}
