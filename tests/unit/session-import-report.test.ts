/** What an import says of its files, whether they were decoded now or found finished. */
import { describe, expect, it } from 'vitest';
import type { FileOutcome, Survey } from '../../src/protocol';
import { ImportLog } from '../../src/session/import_report';

const SURVEY: Survey = {
  ...{ files: 0, frames: 0, bytes: 0, sets: [], formats: [], passedOver: [], finished: {}, earlierStills: [] },
  ...{ sameSize: [], captionRows: [], tables: [], rejected: [], notes: [], seconds: 0 },
};

const outcome = (path: string, what: FileOutcome['what'], change: Partial<FileOutcome> = {}): FileOutcome => ({
  ...{ path, what, reason: null, noFace: [], note: null, seconds: 1 },
  ...change,
});

describe('a report', () => {
  it('has remarks on files decoded now beside those on files found finished, put together', () => {
    const log = new ImportLog();
    const note = 'Only one frame could be taken.';
    log.take(outcome('s/a.mp4', 'imported', { note, noFace: ['early'] }));
    log.take(outcome('s/b.mp4', 'kept', { note, noFace: ['early', 'middle'] }));
    log.take(outcome('s/c.mp4', 'left'));
    const { notes, passing, noFace } = log.report(SURVEY, [], { left: 1, full: null }, 's', 1);
    expect(notes).toEqual([
      '1 file was there already, from an earlier import, and was not decoded again.',
      `2 files (s/a.mp4, s/b.mp4): ${note}`,
    ]);
    expect(passing).toEqual(notes.slice(0, 1));
    expect(noFace).toEqual(['s/a.mp4: early frame', 's/b.mp4: early frame, middle frame']);
  });

  it('says that another file was replaced beside what else there is to say of it', () => {
    const log = new ImportLog();
    const note = 'Only one frame could be taken.';
    log.take(outcome('s/a.mp4', 'imported', { note, replaced: true }));
    const { notes } = log.report(SURVEY, [], { left: 0, full: null }, 's', 1);
    expect(notes.sort().reverse()).toEqual([
      `s/a.mp4: ${note}`,
      expect.stringMatching(
        /^s\/a\.mp4: Another file of this set and name, with other content or date, was imported before/,
      ),
    ]);
  });
});
