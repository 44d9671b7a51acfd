/** One-dimensional work of any size: a dispatch may have at most 65535 workgroups in a dimension. */

const GROUP = 64;
const MOST = 65535;

/** Workgroups for `count` invocations that begin with `SPREAD`. */
export function spread(count: number): [number, number, number] {
  const groups = Math.ceil(count / GROUP);
  const y = Math.ceil(groups / MOST);
  return [y === 0 ? 0 : Math.ceil(groups / y), y, 1];
}

/** Head of an entry point: `index` counts the invocations; those from `p.count` on return. No barrier may follow. */
export const SPREAD = `
@compute @workgroup_size(${GROUP})
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let index = id.y * groups.x * ${GROUP}u + id.x;
  if (index >= p.count) { return; }`;
