/** Settings in the page's address: view, theme, backend, bits of frozen weights, forced kernels, the model hub, and the configuration's differences from a preset. No data. */
import {
  DEFAULT_HUB,
  PRESETS,
  WEIGHT_CHOICES,
  type BackendChoice,
  type KernelChoices,
  type RunConfig,
} from '../protocol';
import { differences, nearestPreset, parseValue, shareOfMix } from './config';
import type { SessionState, View } from './types';

export type Settings = Pick<
  SessionState,
  'view' | 'theme' | 'backend' | 'weights' | 'kernelChoices' | 'hub' | 'config'
>;

const VIEWS: readonly View[] = ['data', 'train', 'inspect', 'runs'];
const THEMES: readonly SessionState['theme'][] = ['auto', 'light', 'dark'];
const BACKENDS: readonly BackendChoice[] = ['auto', 'webgpu', 'wasm'];

/** Reads `?view=&theme=&backend=&weights=&kernels=&hub=&preset=&<key>=`. What cannot be read keeps its default and gets a sentence. */
export function readSettings(search: string): { settings: Settings; problems: string[] } {
  const params = new URLSearchParams(search);
  const problems: string[] = [];
  const choose = <T extends string>(name: string, choices: readonly T[], otherwise: T): T => {
    const text = params.get(name);
    if (text === null) return otherwise;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) {
      problems.push(`The address says ${name}=${text}; it can be ${choices.join(', ')}. ${otherwise} is used.`);
    }
    return found ?? otherwise;
  };
  const preset = choose('preset', ['demo', 'paper'] as const, 'demo');
  const config: RunConfig = { ...PRESETS[preset] };
  const read = <K extends keyof RunConfig>(key: K): void => {
    const text = params.get(key);
    if (text === null) return;
    const value = parseValue(key, text);
    if (value !== undefined) config[key] = value;
    else problems.push(`The address says ${key}=${text}, which cannot be used. ${String(config[key])} is used.`);
  };
  // Addresses of before `reasoningShare` was a setting.
  const mix = params.get('captions');
  const share = shareOfMix(mix);
  if (share !== undefined) config.reasoningShare = share;
  else if (mix !== null) {
    problems.push(
      `The address says captions=${mix}; it can be vanilla, half, reasoning. ${config.reasoningShare} is used.`,
    );
  }
  for (const key of Object.keys(config) as (keyof RunConfig)[]) read(key);
  const settings: Settings = {
    view: choose('view', VIEWS, 'data'),
    theme: choose('theme', THEMES, 'auto'),
    backend: choose('backend', BACKENDS, 'auto'),
    weights: choose('weights', WEIGHT_CHOICES, 'file'),
    kernelChoices: readKernels(params.get('kernels') ?? '', problems),
    hub: readHub(params.get('hub'), problems),
    config,
  };
  return { settings, problems };
}

/** The address of a mirror, as `HF_ENDPOINT` of other programs; over plain http on this machine only. */
function readHub(text: string | null, problems: string[]): string {
  if (text === null) return DEFAULT_HUB;
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname);
  const plain = url !== null && url.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url !== null && plain && (url.protocol === 'https:' || local)) return url.href.replace(/\/+$/, '');
  problems.push(`The address says hub=${text}, which is not the https address of a hub. ${DEFAULT_HUB} is used.`);
  return DEFAULT_HUB;
}

/** `operation:variant,...`; whether there are such is known only once a device is open. */
function readKernels(text: string, problems: string[]): KernelChoices {
  const choices: [string, string][] = [];
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [operation = '', variant = '', ...more] = part.split(':');
    if (operation !== '' && variant !== '' && more.length === 0) choices.push([operation, variant]);
    else problems.push(`The address says kernels=${part}; a choice reads operation:variant. It is left out.`);
  }
  return Object.fromEntries(choices);
}

/** The query string for `settings`, defaults left out; parameters that are not settings are kept from `search`. */
export function writeSettings(settings: Settings, search: string): string {
  const params = new URLSearchParams(search);
  const put = (name: string, value: string, otherwise: string): void => {
    if (value === otherwise) params.delete(name);
    else params.set(name, value);
  };
  put('view', settings.view, 'data');
  put('theme', settings.theme, 'auto');
  put('backend', settings.backend, 'auto');
  put('weights', settings.weights, 'file');
  const kernels = Object.entries(settings.kernelChoices).map(([operation, variant]) => `${operation}:${variant}`);
  put('kernels', kernels.join(','), '');
  put('hub', settings.hub, DEFAULT_HUB);
  const preset = nearestPreset(settings.config);
  params.delete('captions');
  put('preset', preset, 'demo');
  const changed = new Set(differences(settings.config, preset));
  for (const key of Object.keys(settings.config) as (keyof RunConfig)[]) {
    if (changed.has(key)) params.set(key, String(settings.config[key]));
    else params.delete(key);
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
