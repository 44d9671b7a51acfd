/** Commands of the peer worker: another engine (transformers.js on ONNX Runtime) that is asked about the same frame. No network. */
import type { Verdict } from './events';
import type { NetworkProof } from './proof';
import type { CaptionStyle, SampleRow } from './samples';
import type { ModelFile } from './trainer';
import type { RequestSeen } from './watch';

/** What ONNX Runtime computes on. */
export type PeerDevice = 'wasm' | 'webgpu';

export interface PeerInfo {
  /** The folder's name. */
  name: string;
  /** `model_type` of its config.json. */
  architecture: string;
  /** Kind of weights of each ONNX file, e.g. `fp32` or `q4`; the same for all: one word. */
  weights: string;
  /** Bytes of the ONNX files that were opened. */
  bytes: number;
  device: PeerDevice;
  /** True when the folder held safetensors of a SmolVLM and was turned into ONNX here. */
  converted: boolean;
  loadSeconds: number;
}

export interface PeerQuestion {
  requestId: string;
  sample: SampleRow;
  /** Which of the page's two questions; the words are the same as for the own model. */
  style: CaptionStyle;
  maxTokens: number;
}

/** A finished caption of the other model. */
export interface PeerAnswer {
  sampleId: string;
  style: CaptionStyle;
  text: string;
  verdict: Verdict;
  /** Generated tokens, end token excluded. */
  tokens: number;
  /** True when generation stopped at the token limit instead of the end token. */
  truncated: boolean;
  /** From the question to the last token. */
  seconds: number;
  /** After the first token, which includes picture and prompt; null for a single token. */
  tokensPerSecond: number | null;
}

export type PeerCommands = {
  /** Tries to reach the network and says what happened; nothing else is answered before it came out sealed. */
  'network.prove': { params: { urls: string[] }; result: NetworkProof };
  /** Hands over ONNX Runtime's binary: this thread cannot fetch it. Once, before the first model. */
  'runtime.open': { params: { wasm: ArrayBuffer }; result: null };
  /** Progress in bytes read; `Preparing` has no rate. The model before it is given back first. */
  'model.load': { params: { name: string; files: ModelFile[]; device: PeerDevice }; result: PeerInfo };
  'caption.ask': { params: PeerQuestion; result: PeerAnswer };
};

export type PeerEvents = {
  /** The whole text so far. */
  'caption.piece': { requestId: string; text: string };
  /** `watchRequests` at work in this thread, from the proof on. */
  'network.request': RequestSeen;
};
