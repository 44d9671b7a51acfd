/** The column of another model in Inspect: choosing, opening, asking. */
import { afterEach, expect, it } from 'vitest';
import { scene } from '../support/fake_scenes';
import { LISTING } from '../support/fake_session';
import { all, mount, one, settle, unmount, words } from '../support/mount';

afterEach(unmount);

it('stands beside the adapter where the backbone alone stood, and offers a folder or the same backbone', async () => {
  const session = scene('inspect');
  const page = await mount(session);
  expect(all(page, 'wl-other')).toEqual([]);
  one(page, '.tab-other').click();
  await settle();
  const other = one(page, 'wl-other');
  expect(words(other)).toContain('Choose an ONNX folder');
  expect(words(other)).toContain('27 MB');
  expect(one(page, '.tab-other').getAttribute('aria-pressed')).toBe('true');
  one(other, '#own').click();
  expect(session.calls.at(-1)).toEqual(['openOwnAsOther']);
  one(page, '.tab-off').click();
  await settle();
  expect(all(page, 'wl-other')).toEqual([]);
  expect(words(one(page, 'wl-sheet'))).toContain('A picture of a round shape');
});

it('offers those that this browser keeps in ONNX, and says where to get one where it keeps none', async () => {
  const session = scene('inspect');
  const page = await mount(session);
  one(page, '.tab-other').click();
  await settle();
  const other = one(page, 'wl-other');
  expect(words(other)).toContain('Settings, Choose a backbone, to ask beside ours');
  const listing = { ...LISTING, id: 'someone/small-ONNX', bytes: 189e6, onnx: { vision_encoder: 'q4' } as const };
  const stored = [
    { key: 'trained', listing: LISTING, bytes: LISTING.bytes, finished: 5 },
    { key: 'asked', listing, bytes: 189e6, finished: 5 },
    { key: 'half', listing: { ...listing, id: 'someone/half' }, bytes: 1e6, finished: null },
  ];
  session.update({ backbone: { ...session.state.backbone, stored } });
  await settle();
  const kept = all(other, '.kept li');
  expect(kept.map(words)).toEqual([expect.stringMatching(/someone\/small-ONNX q4 , 189 MB , kept in this browser/)]);
  expect(words(other)).not.toContain('Settings, Choose a backbone');
  one(other, '[aria-label="Open someone/small-ONNX"]').click();
  expect(session.calls.at(-1)).toEqual(['openOtherStored', 'asked']);
});

it('shows what is being opened, how fast, and can cancel it', async () => {
  const session = scene('otherOpening');
  const other = one(await mount(session), 'wl-other');
  expect(words(other)).toContain('onnx/decoder_model_merged_q4.onnx');
  expect(words(other)).toMatch(/61 MB of 189 MB · 84 MB\/s · 2 s left/);
  one(other, '.start button').click();
  expect(session.calls.at(-1)).toEqual(['cancelOther']);
});

it('shows the caption with its verdict and rate, and asks and stops', async () => {
  const session = scene('other');
  const other = one(await mount(session), 'wl-other');
  expect(words(other)).toContain('A white edge runs around the picture');
  expect(one(other, 'wl-verdict').getAttribute('verdict')).toBe('spoof');
  expect(words(other)).toMatch(/34 tokens in 3 s, 17\.2 a second\./);
  expect(words(other)).toMatch(/SmolVLM-256M-Instruct-ONNX: q4, 189 MB, WASM/);
  one(other, '#ask').click();
  expect(session.calls.at(-1)).toEqual(['askOther']);
  session.update({ other: { ...session.state.other, busy: true, text: 'A man', answer: null } });
  await settle();
  expect(all(other, '#ask')).toEqual([]);
  expect(words(other)).toContain('A man');
  one(other, '.acts button').click();
  expect(session.calls.at(-1)).toEqual(['cancelOther']);
});

it('keeps the seal whole while only what was asked for is fetched', async () => {
  const request = { url: `${location.origin}/assets/runtime.wasm`, thread: 'hub', seconds: 3 };
  const session = scene('inspect', { requests: [{ ...request, asked: 'another model was asked for' }] });
  const page = await mount(session);
  expect(words(one(page, 'button.seal'))).toContain('Frames stay in this tab');
  expect(words(one(page, 'wl-seal'))).toContain('another model was asked for');
  session.update({ requests: [...session.state.requests, { ...request, thread: 'page' }] });
  await settle();
  expect(words(one(page, 'button.seal'))).toContain('1 request seen');
});
