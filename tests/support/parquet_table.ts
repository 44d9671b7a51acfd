/** Rows of the public caption set as a Parquet file. In Node only: a browser test reads the files in fixtures. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { PublicRow } from './caption_tables';

export function parquetOf(rows: readonly PublicRow[], codec: 'SNAPPY' | 'UNCOMPRESSED'): Blob {
  const strings = (name: Exclude<keyof PublicRow, 'spoof' | 'image'>) => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
    nullable: true,
  });
  return new Blob([
    parquetWriteBuffer({
      codec,
      columnData: [
        strings('id'),
        strings('source'),
        strings('original_dir'),
        { name: 'image', data: rows.map(() => null), type: 'BYTE_ARRAY', nullable: true },
        { name: 'spoof', data: Int32Array.from(rows, ({ spoof }) => spoof), type: 'INT32' },
        strings('attack_type'),
        strings('gpt_caption_holistic'),
        strings('prompt'),
      ],
    }),
  ]);
}
