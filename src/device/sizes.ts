/** Sizes in which kernels work and with which memory is planned. */

/** Inputs that share one float32 scale where weights have 8 or 4 bits. */
export const SCALE_GROUP = 32;

/** Rows whose logits exist at a time; a multiple of 64, so that every chunk begins where a binding may begin. */
export const LOSS_ROWS = 128;

/**
 * Columns of the vocabulary that one part of the caption loss's gradient for its input sums over: that gradient itself
 * is too small to occupy a GPU, and 1024 columns of 576 rows of the head (2.4 MB) stay in a processor's cache while all
 * rows use them.
 */
export const LOSS_COLUMNS = 1024;
