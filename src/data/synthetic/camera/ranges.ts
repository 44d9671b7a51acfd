/** Ranges of parameters: checked by name, drawn from a style. */
import type { Random } from '../random';
import type { Rgb } from '../raster';

/** [low, high], both included. */
export type Range = readonly [low: number, high: number];

/** The keys of T that hold a number or a colour, each with the range of its values. */
export type Limits<T> = {
  readonly [K in keyof T as T[K] extends number | Rgb ? K : never]-?: Range;
};

/** Throws a RangeError that names the parameter, its value and its range. `owner` is what has the parameters. */
export function within<T extends object>(owner: string, values: T, limits: Limits<T>): void {
  for (const [name, range] of Object.entries<Range>(limits as Readonly<Record<string, Range>>)) {
    const value: unknown = (values as Readonly<Record<string, unknown>>)[name];
    const numbers: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const number of numbers) {
      if (!(typeof number === 'number' && number >= range[0] && number <= range[1])) {
        throw new RangeError(`${owner}: ${name} is ${String(number)}, and must be ${range[0]} to ${range[1]}`);
      }
    }
  }
}

export const draw = (random: Random, [low, high]: Range): number => random.uniform(low, high);
