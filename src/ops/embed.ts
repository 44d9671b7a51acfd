/** Rows of a frozen table by token id. Frozen, so no gradient: tfjs's own gradient of `gather` adds with atomics. */
import type { Tensor } from './custom';
import type { PackedWeights } from './types';
import { gathered } from './rows';
import { embedRows } from './webgpu/embed';

/** The token embedding `[vocabulary, hidden]`: packed on WebGPU, float32 on WASM. */
export type EmbeddingTable = PackedWeights | Tensor;

/** ids int32 `[n] -> [n, hidden]`. */
export function embed(ids: Tensor, table: EmbeddingTable): Tensor {
  return 'words' in table ? embedRows(ids, table) : gathered(table, ids);
}
