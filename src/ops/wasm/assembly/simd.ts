/** Four numbers at a time: what every kernel here uses. Pointers are in bytes, counts in elements. */

/** `a * b + c`, rounded once where the build may use relaxed SIMD and the processor has it, else twice. */
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline export function load(p: usize): v128 {
  return v128.load(p);
}

@inline export function store(p: usize, x: v128): void {
  v128.store(p, x);
}

@inline export function splat(x: f32): v128 {
  return f32x4.splat(x);
}

/** The first `n` (1 to 3) numbers, then zeros. Never reads past them. */
export function loadPart(p: usize, n: i32): v128 {
  let x = v128.load32_zero(p);
  if (n > 1) x = f32x4.replace_lane(x, 1, f32.load(p + 4));
  if (n > 2) x = f32x4.replace_lane(x, 2, f32.load(p + 8));
  return x;
}

/** Writes the first `n` (1 to 3) numbers. */
export function storePart(p: usize, x: v128, n: i32): void {
  f32.store(p, f32x4.extract_lane(x, 0));
  if (n > 1) f32.store(p + 4, f32x4.extract_lane(x, 1));
  if (n > 2) f32.store(p + 8, f32x4.extract_lane(x, 2));
}

/** The sum of the four numbers. */
@inline export function total(x: v128): f32 {
  return (
    f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3))
  );
}

/** The largest of the four numbers. */
@inline export function largest(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}

/** Four numbers, or what is left of a row: `n` of them, then zeros. */
@inline export function loadUpTo(p: usize, n: i32): v128 {
  return n >= 4 ? load(p) : loadPart(p, n);
}

/** Writes four numbers, or the `n` that are left of a row. */
@inline export function storeUpTo(p: usize, x: v128, n: i32): void {
  if (n >= 4) store(p, x);
  else storePart(p, x, n);
}
