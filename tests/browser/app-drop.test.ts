/** Folders come in pieces, nested, with clutter and with files that cannot be opened. */
import { expect, it } from 'vitest';
import { walkEntries } from '../../src/app/drop';

function file(path: string, readable = true): FileSystemFileEntry {
  return {
    isFile: true,
    isDirectory: false,
    name: path.split('/').at(-1) ?? '',
    fullPath: path,
    file: (done: (file: File) => void, fail: (error: DOMException) => void) =>
      readable ? done(new File([path], 'x')) : fail(new DOMException('gone', 'NotFoundError')),
  } as unknown as FileSystemFileEntry;
}

function folder(path: string, inside: FileSystemEntry[], piece = 100): FileSystemDirectoryEntry {
  return {
    isFile: false,
    isDirectory: true,
    name: path.split('/').at(-1) ?? '',
    fullPath: path,
    createReader: () => {
      const left = [...inside];
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(left.splice(0, piece)) };
    },
  } as unknown as FileSystemDirectoryEntry;
}

it('walks nested folders to the end, in name order, past 100 entries', async () => {
  const names = Array.from({ length: 250 }, (_, index) => `/set/live/${String(index).padStart(3, '0')}.png`);
  const live = folder(
    '/set/live',
    [...names].reverse().map((name) => file(name)),
  );
  const { files, unreadable } = await walkEntries([folder('/set', [live, file('/set/captions.csv')])]);
  expect(unreadable).toEqual([]);
  expect(files.map(({ path }) => `/${path}`)).toEqual(['/set/captions.csv', ...names]);
});

it('leaves out the clutter of operating systems', async () => {
  const inside = ['.DS_Store', 'Thumbs.db', 'a.png', '._a.png'].map((name) => file(`/set/${name}`));
  const { files } = await walkEntries([
    folder('/set', [...inside, folder('/set/__MACOSX', [file('/set/__MACOSX/b.png')])]),
  ]);
  expect(files.map(({ path }) => path)).toEqual(['set/a.png']);
});

it('names what cannot be opened and goes on', async () => {
  const { files, unreadable } = await walkEntries([file('/gone.mp4', false), file('/kept.mp4')]);
  expect(files.map(({ path }) => path)).toEqual(['kept.mp4']);
  expect(unreadable).toEqual(['gone.mp4']);
});
