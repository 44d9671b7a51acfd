/** Rows of a frozen table by token id. Frozen, so no gradient: tfjs's own gradient of `gather` adds with atomics. */
import { onGpu } from './backend';
import type { Tensor } from './custom';
import type { PackedWeights } from './types';
import { gathered } from './rows';
import { embedRows } from './webgpu/embed';

/** ids int32 `[n] -> [n, hidden]`. */
export function embed(ids: Tensor, table: PackedWeights): Tensor {
  return onGpu() ? embedRows(ids, table) : gathered(table.words, ids);
}
