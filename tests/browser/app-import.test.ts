import { beforeEach, describe, expect, it } from 'vitest';
import '../../src/app/why_live';
import type { Survey } from '../../src/protocol';
import type { DataState, PendingImport } from '../../src/session/types';
import { focused } from '../../src/app/shortcuts';
import { scene } from '../support/fake_scenes';
import type { FakeSession } from '../support/fake_session';
import { all, mount, one, settle, unmount, violations, words } from '../support/mount';

const survey: Survey = {
  files: 7000,
  frames: 14_000,
  bytes: 9e9,
  sets: [
    {
      name: 'MSU-MFSD',
      faceSet: 'msu-mfsd',
      how: 'By its folders real and attack, and names like real_client002_android_SD_scene01.',
      files: 7000,
      groups: [
        { part: 'test', label: 'spoof', attack: 'replay', files: 2500 },
        { part: 'train', label: 'spoof', attack: 'print', files: 3000 },
        { part: 'train', label: 'live', attack: null, files: 1500 },
      ],
      overruled: 0,
    },
  ],
  formats: [{ set: 'MSU-MFSD', format: 'mp4', kind: 'video', files: 7000, bytes: 9e9, samples: [0] }],
  passedOver: [{ why: '.face', files: 280, examples: ['MSU-MFSD/real/a.face', 'MSU-MFSD/real/b.face'] }],
  finished: { 'paper/none': 1234 },
  earlierStills: [],
  sameSize: [],
  captionRows: [],
  tables: [],
  rejected: [{ file: 'MSU-MFSD/labels.csv', reason: 'No column of the table names files; name one of them file.' }],
  notes: [],
  seconds: 1,
};

const pending: PendingImport = {
  name: 'MSU-MFSD',
  survey,
  options: { rule: 'paper', crop: 'none', again: false },
  finished: { files: 1234, refused: 12 },
  tried: [
    { path: 'MSU-MFSD/real/x.mov', frames: 0, bytes: 0, seconds: 0.1, problem: 'Apple ProRes cannot be decoded.' },
  ],
  trying: false,
  estimate: { seconds: 725, bytes: 4.2e9 },
};

function with_(name: string, change: Partial<DataState>): FakeSession {
  const session = scene(name);
  session.update({ data: { ...session.state.data, ...change } });
  return session;
}

/** Figures in the place of faces. */
const veils = (root: ParentNode): number =>
  all(root, 'svg[aria-label$="ace hidden)"], svg[aria-label="Face hidden"]').length;

beforeEach(unmount);

describe('the dry run', () => {
  it('says what was recognised, what would be decoded, how long and how much; a yes imports', async () => {
    const session = with_('data', { pending });
    const page = await mount(session);
    const dialog = one(page, 'wl-survey');
    const said = words(dialog);
    expect(focused()?.id).toBe('start-import');
    expect(said).toMatch(/Import MSU-MFSD\?.*To decode 5,766 files.*Frames in all, at most 14,000.*12 min.*4\.2 GB/);
    expect(said).toMatch(/1,234 files of 7,000 are there already and will not be decoded again/);
    expect(said).toMatch(/train.*live.*1,500.*print.*3,000.*4,500.*test.*replay.*2,500/);
    expect(said).toMatch(/x\.mov.*Apple ProRes cannot be decoded/);
    expect(said).toMatch(/280 files ?: \.face, neither image, video nor table/);
    expect(said).toMatch(/labels\.csv.*No column of the table names files/);
    expect(await violations(['color-contrast', 'label', 'button-name'])).toEqual([]);

    all<HTMLInputElement>(dialog, 'input[name=rule]')
      .find(({ value }) => value === 'authors')!
      .click();
    all<HTMLInputElement>(dialog, 'input[name=again]')[0]!.click();
    one<HTMLButtonElement>(dialog, '#start-import').click();
    expect(session.calls.slice(-3)).toEqual([
      ['setPending', { rule: 'authors' }],
      ['setPending', { again: true }],
      ['startImport'],
    ]);
  });

  it('can be put off, also on the first visit; what does not fit the disk is said', async () => {
    const session = with_('first', { pending: { ...pending, trying: true, estimate: { seconds: null, bytes: null } } });
    const page = await mount(session);
    expect(words(one(page, 'wl-survey'))).toContain('trying a few files');
    session.update({
      storage: { usage: 1e9, quota: 2e9, persisted: true },
      data: { ...session.state.data, pending },
    });
    await settle(2);
    expect(words(one(page, 'wl-survey'))).toMatch(/The browser grants this page 1 GB more\. The import would end/);
    one<HTMLButtonElement>(page, '#drop-import').click();
    await settle(2);
    expect(session.calls.at(-1)).toEqual(['dropImport']);
    expect(one<HTMLDialogElement>(one(page, 'wl-survey'), 'dialog').open).toBe(false);
  });
});

describe('an import that goes on', () => {
  it('can be paused and resumed', async () => {
    const session = scene('importing');
    const page = await mount(session);
    const button = one<HTMLButtonElement>(page, '#pause-import');
    expect(words(button)).toContain('Pause');
    button.click();
    expect(session.calls.at(-1)).toEqual(['pauseImport']);
    session.update({ data: { ...session.state.data, paused: true } });
    await settle(2);
    expect(words(one(page, 'wl-progress'))).toMatch(/Paused.*19 of 48 files/);
    expect(words(one(page, 'wl-progress'))).not.toMatch(/left/);
    one<HTMLButtonElement>(page, '#pause-import').click();
    expect(session.calls.at(-1)).toEqual(['resumeImport']);
  });

  it.each([
    ['#end-keep', ['cancelImport', 'keep']],
    ['#end-remove', ['cancelImport', 'remove']],
  ])('asks before it ends what becomes of its work: %s', async (choice, call) => {
    const session = scene('importing');
    const page = await mount(session);
    one<HTMLButtonElement>(page, '#cancel-import').click();
    await settle(2);
    expect(session.calls.at(-1)).toEqual(['pauseImport']);
    expect(words(one(page, 'wl-import'))).toMatch(/End the import\?.*19 files are done/);
    one<HTMLButtonElement>(page, choice).click();
    await settle(2);
    expect(session.calls.at(-1)).toEqual(call);
    expect(one<HTMLDialogElement>(one(page, 'wl-import'), 'dialog').open).toBe(false);
  });

  it('goes on when the question is closed', async () => {
    const session = scene('importing');
    const page = await mount(session);
    one<HTMLButtonElement>(page, '#cancel-import').click();
    await settle(2);
    one<HTMLDialogElement>(one(page, 'wl-import'), 'dialog').close();
    await settle(4);
    expect(session.calls.at(-1)).toEqual(['resumeImport']);
  });
});

describe('an import that was cut off', () => {
  it('is offered, with how far it came', async () => {
    const session = with_('data', { unfinished: { name: 'OULU-NPU', total: 7000, done: 1234, canOpen: true } });
    const page = await mount(session);
    expect(words(one(page, 'wl-import'))).toMatch(
      /The import of OULU-NPU did not come to its end: 1,234 of 7,000 files were kept\..*Go on importing/,
    );
    one<HTMLButtonElement>(page, '#go-on').click();
    expect(session.calls.at(-1)).toEqual(['goOnImporting', undefined]);
    expect(await violations(['color-contrast', 'button-name'])).toEqual([]);
  });

  it('asks for the folder where the browser cannot open it', async () => {
    const page = await mount(with_('first', { unfinished: { name: 'OULU-NPU', total: 70, done: 1, canOpen: false } }));
    expect(words(one(page, 'wl-import'))).toContain('Choose the folder again');
  });
});

describe('hidden faces', () => {
  it('are nowhere in the document, in any view', async () => {
    const session = scene('data');
    const page = await mount(session);
    expect(all(page, 'img').length).toBeGreaterThan(5);
    one<HTMLInputElement>(page, '#hide-faces').click();
    await settle();
    expect(session.calls.at(-1)).toEqual(['setFaces', 'hidden']);
    expect(all(page, 'img')).toEqual([]);
    expect(veils(page)).toBeGreaterThan(5);
    for (const name of ['middle', 'inspect']) {
      const other = scene(name);
      other.update({ faces: 'hidden' });
      const mounted = await mount(other);
      expect(veils(mounted), name).toBeGreaterThan(0);
      expect(all(mounted, 'img'), name).toEqual([]);
      other.update({ faces: 'shown' });
      await settle();
      expect(all(mounted, 'img').length, name).toBeGreaterThan(0);
      expect(veils(mounted), name).toBe(0);
    }
  });

  it('are hidden with a sentence where a set’s terms want it', async () => {
    const page = await mount(with_('data', { keptBack: ['siw-mv2'] }));
    expect(all(page, 'img')).toEqual([]);
    expect(one<HTMLInputElement>(page, '#hide-faces').checked).toBe(true);
    expect(words(one(page, 'wl-data-summary'))).toMatch(/Faces are hidden: the release agreement of SiW-Mv2 forbids/);
  });
});

it('files without a face are listed, and thousands of them do not hold up the page', async () => {
  const noFace = Array.from({ length: 5000 }, (_, i) => `set/live/${i}.mp4: early frame`);
  const page = await mount(with_('data', { noFace }));
  const said = words(one(page, 'wl-data-notes'));
  expect(said).toMatch(/5,000 files with a frame in which no face was found/);
  expect(said).toMatch(/set\/live\/299\.mp4: early frame and 4,700 more/);
});

it('of many notes five are read at once, the others on demand, below the captions', async () => {
  const notes = Array.from({ length: 46 }, (_, i) => `Note ${i}.`);
  const page = await mount(with_('data', { notes }));
  const panel = one(page, 'wl-data-notes');
  expect(all(panel, 'li').filter((line) => line.checkVisibility())).toHaveLength(5);
  expect(words(one(panel, 'summary'))).toContain('41 more notes');
  expect(panel.getBoundingClientRect().top).toBeGreaterThan(one(page, '#audit-captions').getBoundingClientRect().top);
  one<HTMLDetailsElement>(panel, 'details').open = true;
  await settle(2);
  expect(words(panel)).toContain('Note 45.');
});

it('official parts are said to be for protocols', async () => {
  const session = scene('data');
  expect(words(one(await mount(session), 'wl-data-summary'))).not.toMatch(/Official parts/);
  const [first, ...others] = session.state.data.samples;
  session.update({ data: { ...session.state.data, samples: [{ ...first!, part: 'test' }, ...others] } });
  await settle(2);
  expect(words(one(document.body, 'wl-data-summary'))).toMatch(/Official parts of a set.*used by Protocols alone/);
});

it('the seal counts the frames threads', async () => {
  const session = scene('data');
  const [frames, trainer] = session.state.proofs;
  session.update({
    proofs: [{ ...frames!, number: 1 }, { ...frames!, number: 2 }, { ...frames!, number: 3 }, trainer!],
  });
  const page = await mount(session);
  const attempts = frames!.attempts.length;
  expect(words(one(page, 'wl-seal'))).toMatch(
    new RegExp(`Frames 3 threads your files and frames nothing .*${3 * attempts} attempts, all refused`),
  );
});
