/** Relief and colour without what is finer than a radius: what a thick cover leaves of a face. */

/**
 * `data` [height, width, 3] averaged over a square of 2 `radius` + 1 pixels, `passes` times, within `mask` only (1 in,
 * 0 out): what is outside neither gives nor gets. Outside the mask the result is the input.
 */
export function blurWithin(
  data: Float32Array,
  mask: Uint8Array,
  width: number,
  height: number,
  radius: number,
  passes = 2,
): Float32Array {
  let from = data.slice();
  if (radius < 1) return from;
  let to = new Float32Array(data.length);
  const along = (stepInner: number, inner: number, stepOuter: number, outer: number): void => {
    for (let line = 0; line < outer; line++) {
      const start = line * stepOuter;
      let r = 0;
      let g = 0;
      let b = 0;
      let n = 0;
      for (let k = -radius; k < inner; k++) {
        const enter = k + radius;
        if (enter < inner) {
          const i = start + enter * stepInner;
          if (mask[i] === 1) {
            r += from[i * 3]!;
            g += from[i * 3 + 1]!;
            b += from[i * 3 + 2]!;
            n++;
          }
        }
        const leave = k - radius - 1;
        if (leave >= 0) {
          const i = start + leave * stepInner;
          if (mask[i] === 1) {
            r -= from[i * 3]!;
            g -= from[i * 3 + 1]!;
            b -= from[i * 3 + 2]!;
            n--;
          }
        }
        if (k < 0) continue;
        const i = start + k * stepInner;
        if (mask[i] === 1 && n > 0) {
          to[i * 3] = r / n;
          to[i * 3 + 1] = g / n;
          to[i * 3 + 2] = b / n;
        } else {
          to[i * 3] = from[i * 3]!;
          to[i * 3 + 1] = from[i * 3 + 1]!;
          to[i * 3 + 2] = from[i * 3 + 2]!;
        }
      }
    }
    [from, to] = [to, from];
  };
  for (let pass = 0; pass < passes; pass++) {
    along(1, width, width, height);
    along(width, height, 1, width);
  }
  return from;
}
