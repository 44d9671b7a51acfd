/** What transformers.js and ONNX Runtime throw, as sentences. Both give little more than a message; some give a number. */
import { DeviceError, ModelError, WhyLiveError, type PeerDevice } from '../protocol';

/** Emscripten, C++ and the engines' words for the same thing. */
const MEMORY =
  /out of memory|bad_alloc|allocation failed|failed to allocate|cannot enlarge memory|memory access out of bounds|OOM/i;

/**
 * @param doing   What was being done, as the beginning of a sentence: `could not be opened`.
 * @param device  Where it ran.
 */
export function peerFailure(error: unknown, name: string, doing: string, device: PeerDevice): WhyLiveError {
  if (error instanceof WhyLiveError) return error;
  // ONNX Runtime's WASM throws the address of a C++ exception where its build cannot tell more.
  const words =
    error instanceof Error
      ? error.message
      : typeof error === 'number'
        ? `ONNX Runtime stopped with exception ${error}`
        : String(error);
  if (MEMORY.test(words) || (error instanceof RangeError && /array buffer/i.test(words))) {
    return new DeviceError({
      file: name,
      cause: `Memory ran out: it ${doing} (${short(words)}).`,
      remedy:
        device === 'wasm'
          ? 'Take a folder with smaller files (_q4, _quantized), or close other tabs.'
          : 'Take a folder with smaller files (_q4, _q4f16), or close what else uses the GPU.',
    });
  }
  return new ModelError({
    file: name,
    cause: `It ${doing} (${short(words)}).`,
    remedy:
      'Check that the folder is complete and was made for transformers.js; other models of the same family may work.',
  });
}

/** The first sentence or line is the cause; what follows is a trace through C++. */
function short(words: string): string {
  const line = words.split('\n')[0]?.trim() ?? '';
  return line.length > 240 ? `${line.slice(0, 240)}…` : line.replace(/[.\s]+$/, '');
}
