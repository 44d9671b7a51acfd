/**
 * Models from the hub, kept in OPFS: `models/<owner>--<name>@<commit>[+onnx.<kinds>]/`, written by the hub worker, which is handed that
 * folder and nothing else. Here they are listed, opened and removed; once there they need no network.
 */
import { ModelError, DONE_FILE, LISTING_FILE, storedName, type HubListing, type ModelFile } from '../protocol';
import { storageFailure } from './failures';
import { openFolder, removeEntry } from './opfs';

const FOLDER = 'models';

export interface StoredModel {
  /** Name of its folder. */
  key: string;
  listing: HubListing;
  /** Bytes of its files that are here. */
  bytes: number;
  /** When the last file was checked, milliseconds since the epoch; null: the download has not ended. */
  finished: number | null;
}

/** The folder that the hub worker writes to. */
export async function modelsFolder(): Promise<FileSystemDirectoryHandle> {
  try {
    return await openFolder(FOLDER, true);
  } catch (error) {
    throw storageFailure(error, 'The folder of models could not be opened', FOLDER);
  }
}

/** Every model, finished or not, by name. A folder whose listing another tab is just writing is left out. */
export async function listModels(): Promise<StoredModel[]> {
  const folder = await modelsFolder();
  try {
    const models: StoredModel[] = [];
    for await (const handle of folder.values()) {
      if (handle.kind !== 'directory') continue;
      const model = await read(handle.name, handle);
      if (model !== null) models.push(model);
    }
    return models.sort((a, b) => (a.key < b.key ? -1 : 1));
  } catch (error) {
    throw storageFailure(error, 'The stored models could not be listed', FOLDER);
  }
}

/**
 * The files of a finished model, by reference: nothing is read yet.
 *
 * @throws ModelError naming the file that is missing or of another size
 */
export async function openModel({ key, listing }: StoredModel): Promise<ModelFile[]> {
  try {
    const folder = await openFolder(`${FOLDER}/${key}`, false);
    const files: ModelFile[] = [];
    for (const { path, bytes } of listing.files) {
      const blob = await fileIn(folder, storedName(path));
      if (blob?.size !== bytes) {
        throw new ModelError({
          cause: `The stored file has ${blob?.size ?? 0} of ${bytes} bytes.`,
          remedy: 'Go on with the download of this model: what is missing is fetched.',
          file: `${listing.id}/${path}`,
        });
      }
      files.push({ path, blob });
    }
    return files;
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') {
      throw new ModelError({
        cause: 'This model is no longer stored in this browser.',
        remedy: 'Fetch it again; another tab, or the browser itself, has removed it.',
        file: listing.id,
      });
    }
    throw storageFailure(error, 'The stored model could not be opened', key);
  }
}

export async function deleteModel(key: string): Promise<void> {
  await remove(`${FOLDER}/${key}`);
}

async function remove(path: string): Promise<void> {
  try {
    await removeEntry(path);
  } catch (error) {
    throw storageFailure(error, 'The stored model could not be removed', path);
  }
}

async function read(key: string, folder: FileSystemDirectoryHandle): Promise<StoredModel | null> {
  const listing = parsed(await (await fileIn(folder, LISTING_FILE))?.text()) as Partial<HubListing> | null;
  if (typeof listing?.id !== 'string' || !Array.isArray(listing.files)) return null;
  let bytes = 0;
  for (const file of listing.files) bytes += (await fileIn(folder, storedName(file.path)))?.size ?? 0;
  const done = parsed(await (await fileIn(folder, DONE_FILE))?.text()) as { finished?: number } | null;
  // Listings of models that were kept before ONNX was fetched do not say what they are for.
  return {
    key,
    listing: { ...listing, onnx: listing.onnx ?? null } as HubListing,
    bytes,
    finished: done?.finished ?? null,
  };
}

async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File | null> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof Error && error.name === 'NotFoundError') return null;
    throw error;
  }
}

/** JSON as written by the hub worker; a file that a crash cut off counts as none. */
function parsed(text: string | undefined): unknown {
  if (text === undefined) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
