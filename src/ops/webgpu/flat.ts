/** One-dimensional work of any size: a dispatch may have at most 65535 workgroups in a dimension. */

/** Invocations of a workgroup of an elementwise kernel. */
export const FLAT_GROUP = 64;

/** Opens `main` for a dispatch of `flatGroups`: `i` counts the invocations, of which some are beyond the last. */
export const FLAT_MAIN = `@compute @workgroup_size(${FLAT_GROUP}) fn main(
  @builtin(workgroup_id) w: vec3<u32>, @builtin(num_workgroups) n: vec3<u32>, @builtin(local_invocation_index) l: u32) {
  let i = (w.y * n.x + w.x) * ${FLAT_GROUP}u + l;`;

/** Workgroups for at least `invocations`, over two dimensions. */
export function flatGroups(invocations: number): [number, number, number] {
  const groups = Math.ceil(invocations / FLAT_GROUP);
  const across = Math.min(groups, 32768);
  return [across, across === 0 ? 0 : Math.ceil(groups / across), 1];
}
