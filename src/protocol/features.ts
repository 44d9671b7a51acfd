/** What the frozen vision tower said of pictures, kept across visits under a key. Neither function ever throws. */
export interface FeatureStore {
  /** The stored numbers, or null: never stored, removed since, or damaged. */
  read(key: string): Promise<Float32Array<ArrayBuffer> | null>;
  write(key: string, values: Float32Array<ArrayBuffer>): Promise<void>;
}
