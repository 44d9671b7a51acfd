/**
 * Matrix products on packed operands, after Goto and van de Geijn, "Anatomy of High-Performance Matrix
 * Multiplication" (2008): B in panels of 8 columns, A in panels of 4 rows, a tile of 4 x 8 sums in registers. Strides
 * make a transposed operand cost no more than another; sums may begin from what is there.
 */
import { load, madd, splat, store } from './simd';

/** Rows of one A panel times its depth and columns of one B panel: both fit the first two caches. */
const ROWS: i32 = 64;
const DEPTH: i32 = 512;
const COLUMNS: i32 = 512;

/** Up to so many rows B is read where it lies. */
const FEW: i32 = 8;

/** Bytes that `product` needs at `scratch` for any shape. */
export function productScratch(): i32 {
  return (ROWS * DEPTH + COLUMNS * DEPTH) * 4;
}

/**
 * A `[m, k]` with strides (in elements) into panels of 4 rows, `[ceil(m / 4), k, 4]`, times `scale`; rows beyond m are
 * zero.
 */
export function packRows(
  to: usize,
  from: usize,
  m: i32,
  k: i32,
  rowStride: i32,
  columnStride: i32,
  scale: f32,
): void {
  const down = <usize>rowStride << 2;
  const along = <usize>columnStride << 2;
  const factor = splat(scale);
  for (let i = 0; i < m; i += 4) {
    let p = from + <usize>i * down;
    if (i + 4 <= m) {
      if (rowStride == 1) {
        for (let j = 0; j < k; j++) {
          store(to, f32x4.mul(load(p), factor));
          p += along;
          to += 16;
        }
      } else {
        let j = 0;
        if (columnStride == 1) {
          for (; j + 4 <= k; j += 4) {
            const a = load(p);
            const b = load(p + down);
            const c = load(p + 2 * down);
            const d = load(p + 3 * down);
            const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
            const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
            const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
            const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
            store(to, f32x4.mul(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), factor));
            store(to + 16, f32x4.mul(v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), factor));
            store(to + 32, f32x4.mul(v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5), factor));
            store(to + 48, f32x4.mul(v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7), factor));
            p += 16;
            to += 64;
          }
        }
        for (; j < k; j++) {
          f32.store(to, f32.load(p) * scale);
          f32.store(to + 4, f32.load(p + down) * scale);
          f32.store(to + 8, f32.load(p + 2 * down) * scale);
          f32.store(to + 12, f32.load(p + 3 * down) * scale);
          p += along;
          to += 16;
        }
      }
    } else {
      const rows = m - i;
      for (let j = 0; j < k; j++) {
        for (let r = 0; r < 4; r++)
          f32.store(to + (<usize>r << 2), r < rows ? f32.load(p + <usize>r * down) * scale : 0);
        p += along;
        to += 16;
      }
    }
  }
}

/** B `[k, n]` with strides into panels of 8 columns, `[ceil(n / 8), k, 8]`; columns beyond n are zero. */
export function packColumns(to: usize, from: usize, k: i32, n: i32, rowStride: i32, columnStride: i32): void {
  const down = <usize>rowStride << 2;
  const along = <usize>columnStride << 2;
  for (let j = 0; j < n; j += 8) {
    let p = from + <usize>j * along;
    if (j + 8 <= n) {
      if (columnStride == 1) {
        for (let i = 0; i < k; i++) {
          store(to, load(p));
          store(to + 16, load(p + 16));
          p += down;
          to += 32;
        }
      } else {
        let i = 0;
        if (rowStride == 1) {
          for (; i + 4 <= k; i += 4) {
            turn(to, p, along);
            turn(to + 16, p + 4 * along, along);
            p += 16;
            to += 128;
          }
        }
        for (; i < k; i++) {
          for (let c = 0; c < 8; c++) f32.store(to + (<usize>c << 2), f32.load(p + <usize>c * along));
          p += down;
          to += 32;
        }
      }
    } else {
      const columns = n - j;
      for (let i = 0; i < k; i++) {
        for (let c = 0; c < 8; c++)
          f32.store(to + (<usize>c << 2), c < columns ? f32.load(p + <usize>c * along) : 0);
        p += down;
        to += 32;
      }
    }
  }
}

/** A 4 x 4 block, turned, into rows of 8. */
@inline function turn(to: usize, p: usize, along: usize): void {
  const a = load(p);
  const b = load(p + along);
  const c = load(p + 2 * along);
  const d = load(p + 3 * along);
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab2 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd2 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  store(to, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
  store(to + 32, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
  store(to + 64, v128.shuffle<f32>(ab2, cd2, 0, 1, 4, 5));
  store(to + 96, v128.shuffle<f32>(ab2, cd2, 2, 3, 6, 7));
}

/**
 * `C [m, n] (+)= A B` from packed operands. A panel's depth is `k`; B's panels are `depth` deep, of which the first
 * `k` are used. Rows of C lie `cRow` elements apart.
 */
export function multiplyPacked(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  depth: i32,
  cRow: i32,
  accumulate: bool,
): void {
  const row = <usize>cRow << 2;
  for (let j = 0; j < n; j += 8) {
    const columns = min(8, n - j);
    for (let i = 0; i < m; i += 4) {
      tile(
        a + <usize>i * <usize>k * 4,
        b + <usize>j * <usize>depth * 4,
        c + <usize>i * row + <usize>j * 4,
        row,
        min(4, m - i),
        columns,
        k,
        32,
        accumulate,
      );
    }
  }
}

/** One tile of `rows` (at most 4) times `columns` (at most 8) sums; B's rows lie `step` bytes apart. */
function tile(
  a: usize,
  b: usize,
  c: usize,
  row: usize,
  rows: i32,
  columns: i32,
  k: i32,
  step: usize,
  accumulate: bool,
): void {
  let c00 = splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (const end = a + (<usize>k << 4); a < end; a += 16) {
    const b0 = load(b);
    const b1 = load(b + 16);
    const a0 = v128.load32_splat(a);
    c00 = madd(a0, b0, c00);
    c01 = madd(a0, b1, c01);
    const a1 = v128.load32_splat(a + 4);
    c10 = madd(a1, b0, c10);
    c11 = madd(a1, b1, c11);
    const a2 = v128.load32_splat(a + 8);
    c20 = madd(a2, b0, c20);
    c21 = madd(a2, b1, c21);
    const a3 = v128.load32_splat(a + 12);
    c30 = madd(a3, b0, c30);
    c31 = madd(a3, b1, c31);
    b += step;
  }
  if (columns == 8) {
    put(c, c00, c01, accumulate);
    if (rows > 1) put(c + row, c10, c11, accumulate);
    if (rows > 2) put(c + 2 * row, c20, c21, accumulate);
    if (rows > 3) put(c + 3 * row, c30, c31, accumulate);
  } else {
    putPart(c, c00, c01, columns, accumulate);
    if (rows > 1) putPart(c + row, c10, c11, columns, accumulate);
    if (rows > 2) putPart(c + 2 * row, c20, c21, columns, accumulate);
    if (rows > 3) putPart(c + 3 * row, c30, c31, columns, accumulate);
  }
}

@inline function put(c: usize, x: v128, y: v128, accumulate: bool): void {
  if (accumulate) {
    x = f32x4.add(x, load(c));
    y = f32x4.add(y, load(c + 16));
  }
  store(c, x);
  store(c + 16, y);
}

function putPart(c: usize, x: v128, y: v128, columns: i32, accumulate: bool): void {
  one(c, f32x4.extract_lane(x, 0), accumulate);
  if (columns > 1) one(c + 4, f32x4.extract_lane(x, 1), accumulate);
  if (columns > 2) one(c + 8, f32x4.extract_lane(x, 2), accumulate);
  if (columns > 3) one(c + 12, f32x4.extract_lane(x, 3), accumulate);
  if (columns > 4) one(c + 16, f32x4.extract_lane(y, 0), accumulate);
  if (columns > 5) one(c + 20, f32x4.extract_lane(y, 1), accumulate);
  if (columns > 6) one(c + 24, f32x4.extract_lane(y, 2), accumulate);
}

@inline function one(c: usize, x: f32, accumulate: bool): void {
  f32.store(c, accumulate ? x + f32.load(c) : x);
}

/** As `product` for few rows, over `depth` of a row-major B: packing it would cost more than the product. */
function productOfFew(
  packedA: usize,
  packedB: usize,
  b: usize,
  bRow: i32,
  c: usize,
  cRow: i32,
  m: i32,
  n: i32,
  depth: i32,
  accumulate: bool,
): void {
  const row = <usize>cRow << 2;
  const whole = n & ~7;
  for (let j = 0; j < whole; j += 8) {
    const at = <usize>j << 2;
    for (let i = 0; i < m; i += 4) {
      const a = packedA + <usize>(i * depth) * 4;
      tile(a, b + at, c + <usize>i * row + at, row, min(4, m - i), 8, depth, <usize>bRow << 2, accumulate);
    }
  }
  if (whole == n) return;
  const at = <usize>whole << 2;
  packColumns(packedB, b + at, depth, n - whole, bRow, 1);
  multiplyPacked(packedA, packedB, c + at, m, n - whole, depth, depth, cRow, accumulate);
}

/**
 * `C [m, n] (+)= scale A [m, k] B [k, n]`; strides in elements, any of them, so either operand may be transposed.
 * `scratch`: `productScratch()` bytes.
 */
export function product(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  m: i32,
  n: i32,
  k: i32,
  scale: f32,
  accumulate: bool,
  scratch: usize,
): void {
  const packedB = scratch + ROWS * DEPTH * 4;
  for (let j = 0; j < n; j += COLUMNS) {
    const columns = min(COLUMNS, n - j);
    for (let p = 0; p < k; p += DEPTH) {
      const depth = min(DEPTH, k - p);
      const from = b + (<usize>p * <usize>bRow + <usize>j * <usize>bColumn) * 4;
      if (m <= FEW && bColumn == 1) {
        packRows(scratch, a + <usize>p * <usize>aColumn * 4, m, depth, aRow, aColumn, scale);
        const to = c + (<usize>j << 2);
        productOfFew(scratch, packedB, from, bRow, to, cRow, m, columns, depth, accumulate || p > 0);
        continue;
      }
      packColumns(packedB, from, depth, columns, bRow, bColumn);
      for (let i = 0; i < m; i += ROWS) {
        const rows = min(ROWS, m - i);
        packRows(scratch, a + (<usize>i * <usize>aRow + <usize>p * <usize>aColumn) * 4, rows, depth, aRow, aColumn, scale);
        const to = c + (<usize>i * <usize>cRow + <usize>j) * 4;
        multiplyPacked(scratch, packedB, to, rows, columns, depth, depth, cRow, accumulate || p > 0);
      }
    }
  }
}
