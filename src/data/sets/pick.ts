/** `{ [key]: value }`, or nothing where there is no value: for fields that are there or not. */
export function pick<K extends string, const V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
