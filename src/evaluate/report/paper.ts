/**
 * The numbers of tables 1-7 of Min et al., "Analyzing the effect of reasoning-based supervision on face anti-spoofing",
 * Sci Rep 2026, doi 10.1038/s41598-026-43800-5, as printed: rates with two decimals. They stand beside ours and are
 * computed with nowhere else.
 */
export const PAPER = 'Min et al., Sci Rep 2026, doi 10.1038/s41598-026-43800-5';

/** A column of tables 2-6: one attack of SiW-Mv2. */
export interface AttackColumn {
  /** As samples name it. */
  attack: string;
  /** As the release's files begin. */
  prefix: string;
  /** The paper's heading. */
  label: string;
  group: string;
}

/** In the paper's order. Two columns are headed "Pap.": glasses and a mask. */
export const ATTACK_COLUMNS: readonly AttackColumn[] = [
  { attack: 'funny-eye', prefix: 'Partial_Funnyeye', label: 'Fun.', group: 'Covering / partial' },
  { attack: 'partial-eye', prefix: 'Partial_Eye', label: 'Eye.', group: 'Covering / partial' },
  { attack: 'partial-mouth', prefix: 'Partial_Mouth', label: 'Mou.', group: 'Covering / partial' },
  { attack: 'paper-glasses', prefix: 'Partial_Paperglass', label: 'Pap.', group: 'Covering / partial' },
  { attack: 'makeup-obfuscation', prefix: 'Makeup_Ob', label: 'Ob.', group: 'Makeup' },
  { attack: 'makeup-impersonation', prefix: 'Makeup_Im', label: 'Im.', group: 'Makeup' },
  { attack: 'makeup-cosmetic', prefix: 'Makeup_Co', label: 'Cos.', group: 'Makeup' },
  { attack: 'mask-half', prefix: 'Mask_Half', label: 'Imp.(Full)', group: '3D mask' },
  { attack: 'mask-silicone', prefix: 'Mask_Silicone', label: 'Sil.', group: '3D mask' },
  { attack: 'mask-transparent', prefix: 'Mask_Trans', label: 'Tra.', group: '3D mask' },
  { attack: 'mask-paper', prefix: 'Mask_Paper', label: 'Pap.', group: '3D mask' },
  { attack: 'mannequin', prefix: 'Mask_Mann', label: 'Man.', group: '3D mask' },
  { attack: 'replay', prefix: 'Replay', label: 'Rep.', group: '2D' },
  { attack: 'print', prefix: 'Paper', label: 'Print', group: '2D' },
];

/** A training source without order, the set it is tested on, and the paper's heading. */
export interface FoldColumn {
  train: string;
  test: string;
  label: string;
}

/** Columns of tables 1 and 7. */
export const FOLD_COLUMNS: readonly FoldColumn[] = [
  { train: 'OCI', test: 'M', label: 'OCI -> M' },
  { train: 'MOI', test: 'C', label: 'MOI -> C' },
  { train: 'MOC', test: 'I', label: 'MOC -> I' },
  { train: 'MIC', test: 'O', label: 'MIC -> O' },
];

export interface PublishedRow {
  method: string;
  metric: 'accuracy' | 'hter';
  /** One for each column; null where the paper has none. */
  values: readonly (number | null)[];
  average: number | null;
}

export type TableNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface PublishedTable {
  /** What trains, by the paper's letters; null: each column has its own. */
  train: string | null;
  about: string;
  rows: readonly PublishedRow[];
}

/** The paper's two methods. */
export const VANILLA = 'vanilla';
export const REASONING = 'vanilla+reasoning';
/** The two rows of the ablation (table 7); the one with the loss is `REASONING`. */
export const WITHOUT_CLS = 'w/o cls loss';
export const WITH_CLS = 'w cls loss';

/** Other methods, as the paper published them: HTER alone. */
export const PEERS: readonly string[] = ['SA-FAS', 'DiVT-M'];

export const PUBLISHED: Readonly<Record<TableNumber, PublishedTable>> = {
  1: {
    train: null,
    about: 'MCIO leave-one-out',
    rows: [
      { method: 'vanilla', metric: 'accuracy', values: [0.87, 0.9, 0.89, 0.69], average: 0.84 },
      { method: 'vanilla+reasoning', metric: 'accuracy', values: [0.92, 0.94, 0.9, 0.71], average: 0.87 },
      { method: 'vanilla', metric: 'hter', values: [0.11, 0.19, 0.26, 0.2], average: 0.19 },
      { method: 'vanilla+reasoning', metric: 'hter', values: [0.11, 0.12, 0.22, 0.18], average: 0.16 },
    ],
  },
  2: {
    train: 'OCI',
    about: 'OCI -> SiW-Mv2',
    rows: [
      {
        method: 'vanilla',
        metric: 'accuracy',
        values: [0.67, 0.81, 0.94, 0.71, 0.5, 0.76, 0.52, 0.9, 0.65, 0.74, 0.9, 0.66, 0.86, 0.95],
        average: 0.76,
      },
      {
        method: 'vanilla',
        metric: 'hter',
        values: [0.33, 0.19, 0.06, 0.29, 0.5, 0.24, 0.48, 0.1, 0.35, 0.26, 0.1, 0.34, 0.14, 0.05],
        average: 0.25,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'accuracy',
        values: [0.79, 0.91, 0.91, 0.83, 0.65, 0.82, 0.6, 0.91, 0.72, 0.86, 0.95, 0.64, 0.89, 0.95],
        average: 0.82,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'hter',
        values: [0.21, 0.09, 0.09, 0.17, 0.35, 0.18, 0.4, 0.09, 0.28, 0.14, 0.05, 0.36, 0.11, 0.05],
        average: 0.18,
      },
      {
        method: 'SA-FAS',
        metric: 'hter',
        values: [0.43, 0.5, 0.34, 0.38, 0.35, 0.21, 0.36, 0.15, 0.33, 0.27, 0.04, 0.25, 0.19, 0.12],
        average: 0.28,
      },
      {
        method: 'DiVT-M',
        metric: 'hter',
        values: [0.33, 0.36, 0.28, 0.24, 0.46, 0.28, 0.35, 0.35, 0.19, 0.11, 0.06, 0.25, 0.2, 0.12],
        average: 0.24,
      },
    ],
  },
  3: {
    train: 'MOI',
    about: 'MOI -> SiW-Mv2',
    rows: [
      {
        method: 'vanilla',
        metric: 'accuracy',
        values: [0.68, 0.83, 0.93, 0.78, 0.52, 0.87, 0.57, 0.9, 0.62, 0.81, 0.91, 0.76, 0.82, 0.95],
        average: 0.78,
      },
      {
        method: 'vanilla',
        metric: 'hter',
        values: [0.32, 0.17, 0.07, 0.22, 0.48, 0.13, 0.43, 0.1, 0.38, 0.19, 0.09, 0.24, 0.18, 0.05],
        average: 0.21,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'accuracy',
        values: [0.69, 0.88, 0.92, 0.7, 0.55, 0.84, 0.55, 0.8, 0.56, 0.63, 0.94, 0.55, 0.9, 0.95],
        average: 0.75,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'hter',
        values: [0.31, 0.12, 0.08, 0.3, 0.45, 0.16, 0.45, 0.2, 0.44, 0.37, 0.06, 0.45, 0.1, 0.05],
        average: 0.25,
      },
      {
        method: 'SA-FAS',
        metric: 'hter',
        values: [0.35, 0.36, 0.3, 0.19, 0.42, 0.11, 0.33, 0.19, 0.33, 0.24, 0.04, 0.28, 0.22, 0.15],
        average: 0.25,
      },
      {
        method: 'DiVT-M',
        metric: 'hter',
        values: [0.29, 0.44, 0.31, 0.21, 0.48, 0.15, 0.44, 0.18, 0.23, 0.18, 0.07, 0.28, 0.19, 0.14],
        average: 0.26,
      },
    ],
  },
  4: {
    train: 'MOC',
    about: 'MOC -> SiW-Mv2',
    rows: [
      {
        method: 'vanilla',
        metric: 'accuracy',
        values: [0.67, 0.79, 0.95, 0.74, 0.52, 0.84, 0.58, 0.95, 0.76, 0.88, 0.97, 0.86, 0.9, 0.95],
        average: 0.81,
      },
      {
        method: 'vanilla',
        metric: 'hter',
        values: [0.33, 0.21, 0.05, 0.26, 0.48, 0.16, 0.42, 0.05, 0.24, 0.12, 0.03, 0.14, 0.1, 0.05],
        average: 0.19,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'accuracy',
        values: [0.69, 0.84, 0.95, 0.74, 0.59, 0.77, 0.59, 0.93, 0.74, 0.89, 0.98, 0.68, 0.91, 0.96],
        average: 0.8,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'hter',
        values: [0.31, 0.16, 0.05, 0.26, 0.41, 0.23, 0.41, 0.07, 0.26, 0.11, 0.02, 0.31, 0.09, 0.04],
        average: 0.2,
      },
      {
        method: 'SA-FAS',
        metric: 'hter',
        values: [0.46, 0.36, 0.27, 0.37, 0.26, 0.12, 0.31, 0.19, 0.37, 0.26, 0.06, 0.27, 0.22, 0.1],
        average: 0.26,
      },
      {
        method: 'DiVT-M',
        metric: 'hter',
        values: [0.38, 0.35, 0.23, 0.23, 0.35, 0.17, 0.4, 0.17, 0.22, 0.12, 0.07, 0.25, 0.17, 0.13],
        average: 0.23,
      },
    ],
  },
  5: {
    train: 'MIC',
    about: 'MIC -> SiW-Mv2',
    rows: [
      {
        method: 'vanilla',
        metric: 'accuracy',
        values: [0.79, 0.86, 0.93, 0.76, 0.59, 0.85, 0.61, 0.94, 0.88, 0.93, 0.95, 0.88, 0.85, 0.93],
        average: 0.84,
      },
      {
        method: 'vanilla',
        metric: 'hter',
        values: [0.21, 0.14, 0.07, 0.24, 0.41, 0.15, 0.39, 0.06, 0.12, 0.07, 0.05, 0.12, 0.15, 0.07],
        average: 0.16,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'accuracy',
        values: [0.87, 0.93, 0.95, 0.85, 0.69, 0.92, 0.69, 0.94, 0.93, 0.92, 0.97, 0.82, 0.91, 0.95],
        average: 0.88,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'hter',
        values: [0.13, 0.07, 0.05, 0.15, 0.31, 0.08, 0.31, 0.06, 0.07, 0.08, 0.03, 0.18, 0.09, 0.05],
        average: 0.12,
      },
      {
        method: 'SA-FAS',
        metric: 'hter',
        values: [0.32, 0.38, 0.36, 0.27, 0.49, 0.12, 0.3, 0.25, 0.3, 0.34, 0.18, 0.39, 0.19, 0.13],
        average: 0.29,
      },
      {
        method: 'DiVT-M',
        metric: 'hter',
        values: [0.3, 0.39, 0.27, 0.25, 0.5, 0.2, 0.4, 0.23, 0.31, 0.26, 0.25, 0.4, 0.21, 0.13],
        average: 0.29,
      },
    ],
  },
  6: {
    train: 'MICO',
    about: 'MICO -> SiW-Mv2',
    rows: [
      {
        method: 'vanilla',
        metric: 'accuracy',
        values: [0.72, 0.78, 0.95, 0.76, 0.51, 0.81, 0.57, 0.95, 0.78, 0.83, 0.92, 0.78, 0.92, 0.97],
        average: 0.8,
      },
      {
        method: 'vanilla',
        metric: 'hter',
        values: [0.28, 0.22, 0.05, 0.24, 0.49, 0.19, 0.43, 0.05, 0.22, 0.17, 0.08, 0.22, 0.08, 0.03],
        average: 0.2,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'accuracy',
        values: [0.73, 0.85, 0.94, 0.76, 0.55, 0.84, 0.58, 0.93, 0.8, 0.83, 0.96, 0.61, 0.93, 0.96],
        average: 0.8,
      },
      {
        method: 'vanilla+reasoning',
        metric: 'hter',
        values: [0.27, 0.15, 0.06, 0.24, 0.45, 0.16, 0.42, 0.07, 0.2, 0.17, 0.04, 0.39, 0.07, 0.04],
        average: 0.2,
      },
      {
        method: 'SA-FAS',
        metric: 'hter',
        values: [0.41, 0.48, 0.39, 0.27, 0.44, 0.13, 0.3, 0.15, 0.29, 0.27, 0.03, 0.23, 0.2, 0.15],
        average: 0.27,
      },
      {
        method: 'DiVT-M',
        metric: 'hter',
        values: [0.3, 0.32, 0.2, 0.22, 0.31, 0.14, 0.34, 0.14, 0.23, 0.14, 0.08, 0.23, 0.18, 0.09],
        average: 0.21,
      },
    ],
  },
  7: {
    train: null,
    about: 'MCIO leave-one-out, vanilla+reasoning with and without the classification loss',
    rows: [
      { method: 'w/o cls loss', metric: 'accuracy', values: [0.93, 0.87, 0.87, 0.75], average: 0.86 },
      { method: 'w/o cls loss', metric: 'hter', values: [0.11, 0.25, 0.26, 0.18], average: 0.2 },
      { method: 'w cls loss', metric: 'accuracy', values: [0.92, 0.94, 0.9, 0.71], average: 0.87 },
      { method: 'w cls loss', metric: 'hter', values: [0.11, 0.12, 0.22, 0.18], average: 0.16 },
    ],
  },
};
