/** Another model asked about the same frame, as the session conducts it: threads, cancelling, what stays out of the way. */
import { expect, test, vi } from 'vitest';
import type { AppSession } from '../../src/session/session';
import { EMBEDDED, rowOf, type FakeOptions } from '../support/fake_threads';
import { eachTestAnew, fakes, files, texts, open as openPage } from '../support/session';

async function open(options: FakeOptions = {}): Promise<AppSession> {
  const session = await openPage(options);
  await session.importFiles(files(EMBEDDED), { ask: false });
  session.selectSample(rowOf(EMBEDDED[0]!).id);
  return session;
}

const ONNX = files(['other/config.json', 'other/onnx/vision_encoder.onnx']);
const peerCalls = (): string[] => fakes.calls.filter((call) => /^(runtime|peer|caption)/.test(call));

eachTestAnew();

test('its thread starts when it is first asked for, is proven, and gets the runtime once', async () => {
  const session = await open();
  const before = fakes.fetched.length;
  expect(fakes.peerPorts).toHaveLength(0);
  await session.openOtherFolder('other', ONNX);
  expect(texts(session)).toBe('');
  expect(fakes.peerPorts).toHaveLength(1);
  expect(session.state.proofs.map(({ thread }) => thread)).toContain('peer');
  expect(fakes.fetched.slice(before)).toEqual([expect.stringMatching(/asyncify.*\.wasm/)]);
  expect(session.state.other).toMatchObject({
    model: { name: 'other', device: 'wasm', converted: false },
    opening: null,
  });
  await session.openOtherFolder('again', ONNX);
  expect(session.state.other.model?.name).toBe('again');
  expect(fakes.fetched).toHaveLength(before + 1);
  expect(peerCalls()).toEqual(['runtime.open 8', 'peer model.load other wasm', 'peer model.load again wasm']);
});

test('a thread that is not sealed gets nothing', async () => {
  const options: FakeOptions = {};
  const session = await open(options);
  options.sealed = false;
  await session.openOtherFolder('other', ONNX);
  expect(texts(session)).toMatch(/could have reached the network.*security headers/);
  expect(session.state.other).toMatchObject({ model: null, opening: null });
  expect(peerCalls()).toEqual([]);
});

test('a folder that cannot be used is named, and another one can be chosen', async () => {
  const session = await open();
  await session.openOtherFolder('other', []);
  expect(texts(session)).toMatch(/^other: The folder is empty\. Choose/);
  await session.openOtherFolder('other', files(['other/config.json', 'other/readme.md']));
  expect(texts(session)).toBe('other: It holds no .onnx file. Choose another.');
  expect(session.state.other).toMatchObject({ model: null, opening: null });
  await session.openOtherFolder('other', ONNX);
  expect(session.state.other.model?.name).toBe('other');
  expect(texts(session)).toBe('');
  // A thread in which something failed is not used again.
  expect(fakes.peerPorts).toHaveLength(2);
});

test('the loaded backbone can be the other model; its answer is about the frame that is looked at', async () => {
  const session = await open();
  await session.openOwnAsOther();
  expect(session.state.other.model).toMatchObject({ name: 'tiny', converted: true });
  await session.askOther();
  expect(session.state.other).toMatchObject({ busy: false, text: 'This is a spoof.', answer: { verdict: 'spoof' } });
  expect(peerCalls().at(-1)).toBe(`caption.ask ${session.state.inspect.sampleId} reasoning`);
  session.setInspect({ runId: null });
  expect(session.state.other.answer).not.toBeNull();
  session.selectSample(rowOf(EMBEDDED[1]!).id);
  expect(session.state.other).toMatchObject({ text: '', answer: null });
  session.closeOther();
  expect(session.state.other.model).toBeNull();
  await session.askOther();
  expect(texts(session)).toBe('No other model is open. Choose its folder.');
});

test('opening can be cancelled, which ends the thread; the next time works', async () => {
  const options: FakeOptions = { peerPace: 300 };
  const session = await open(options);
  const opening = session.openOtherFolder('other', ONNX);
  await vi.waitFor(() => expect(session.state.other.opening?.label).toBe('decoder'));
  session.cancelOther();
  await opening;
  expect(session.state.other).toMatchObject({ model: null, opening: null });
  expect(texts(session)).toBe('');
  options.peerPace = 0;
  await session.openOtherFolder('other', ONNX);
  expect(session.state.other.model?.name).toBe('other');
  expect(fakes.peerPorts).toHaveLength(2);
});

test('an answer can be stopped, and words of a stopped one do not turn up later', async () => {
  const session = await open({ peerPace: 60 });
  await session.openOtherFolder('other', ONNX);
  const asking = session.askOther();
  await vi.waitFor(() => expect(session.state.other.text).toBe('This is'));
  session.cancelOther();
  await asking;
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(session.state.other).toMatchObject({ busy: false, text: 'This is', answer: null });
  expect(texts(session)).toBe('');
  await session.askOther();
  expect(session.state.other.text).toBe('This is a spoof.');
  expect(fakes.peerPorts).toHaveLength(1);
});

test('a thread that does not hear is ended, and the next question opens the model again', async () => {
  const options: FakeOptions = { peerDeaf: true };
  const session = await open(options);
  await session.openOtherFolder('other', ONNX);
  const asking = session.askOther();
  await vi.waitFor(() => expect(session.state.other.text).toBe('This is a spoof.'));
  session.cancelOther();
  await asking;
  expect(session.state.other).toMatchObject({ busy: false, model: { name: 'other' } });
  options.peerDeaf = false;
  await session.askOther();
  expect(session.state.other.answer?.text).toBe('This is a spoof.');
  expect(fakes.peerPorts).toHaveLength(2);
  expect(texts(session)).toBe('');
});

test('a thread that runs out of memory leaves a sentence and the rest of the page', async () => {
  const session = await open({ peerPace: 200 });
  const opening = session.openOtherFolder('other', ONNX);
  await vi.waitFor(() => expect(session.state.other.opening?.label).toBe('decoder'));
  fakes.peerPorts[0]!.crash('out of memory');
  await opening;
  expect(session.state.other).toMatchObject({ model: null, opening: null });
  expect(texts(session)).toMatch(
    /other: Its thread ended \(.*out of memory\), most likely because memory ran out\. Take a folder/,
  );
  expect(session.state.boot.phase).toBe('ready');
  await session.openOtherFolder('other', ONNX);
  expect(session.state.other.model?.name).toBe('other');
});
