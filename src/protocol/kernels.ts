/** Operations that have several kernels, and which of them runs: the best one differs between GPUs by factors. */

export interface KernelVariant {
  name: string;
  /** Whether this GPU can run it. */
  available: boolean;
  /** Of one trial of a typical size; null where it was not timed here. */
  milliseconds: number | null;
  /** True where the GPU refused it when it was timed, or where the device or the page ended meanwhile: not tried again. */
  refused: boolean;
}

export interface KernelReport {
  operation: string;
  variants: KernelVariant[];
  /** Name of the variant that runs now. */
  current: string;
  /** True where the user chose it. */
  forced: boolean;
}

/** Variant by operation. */
export type KernelChoices = Readonly<Record<string, string>>;
