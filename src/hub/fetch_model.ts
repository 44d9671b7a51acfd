/** A whole model into its folder: the listing first, then file after file, and a mark at the end that all is checked. */
import { DONE_FILE, LISTING_FILE, storedName, type HubListing, type HubOutcome, type Progress } from '../protocol';
import { checkRequest, fileUrl } from './addresses';
import type { Disk } from './disk';
import { fetchFile } from './fetch_file';
import { Meter } from './meter';
import type { Network } from './network';

/**
 * Fetches what `disk` lacks of `listing`. May be called again after any failure.
 *
 * @throws HubError, StorageError, CancelledError; what has arrived stays
 */
export async function fetchModel(
  listing: HubListing,
  token: string | null,
  disk: Disk,
  network: Network,
  signal: AbortSignal,
  progress: (progress: Progress) => void,
): Promise<HubOutcome> {
  checkRequest(listing);
  // Not written again where it is there: another tab that lists the models at this moment would find half of it.
  const text = JSON.stringify(listing);
  if ((await disk.text(LISTING_FILE)) !== text) await disk.write(LISTING_FILE, text);
  await disk.remove(DONE_FILE);
  let done = 0;
  for (const { path, bytes } of listing.files) {
    const part = await disk.open(storedName(path));
    try {
      done += Math.min(part.getSize(), bytes);
    } finally {
      part.close();
    }
  }
  const meter = new Meter(listing.bytes, done, progress);
  const remarks: string[] = [];
  for (const file of listing.files) {
    const remark = (sentence: string): void => void remarks.push(sentence);
    await fetchFile({ file, url: fileUrl(listing, file.path), token, disk, network, meter, signal, remark });
  }
  await disk.write(DONE_FILE, JSON.stringify({ finished: Date.now() }));
  return { fetched: meter.fetched, remarks };
}
