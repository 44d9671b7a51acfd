import { expect, test } from 'vitest';
import { ModelFolder, highest } from '../../src/model/folder';
import type { ModelFile } from '../../src/protocol';

const file = (path: string): ModelFile => ({ path, blob: new Blob([path]) });

test('files of two models in one folder are never mixed', async () => {
  const folder = new ModelFolder('parent', [
    file('x/y/config.json'),
    file('x/y/model.safetensors'),
    file('base-model-with-a-long-name/config.json'),
    file('base-model-with-a-long-name/model.safetensors'),
    file('base-model-with-a-long-name/onnx/decoder.onnx'),
    file('README.md'),
  ]);
  expect(await folder.text('config.json')).toBe('base-model-with-a-long-name/config.json');
  expect(folder.weights().map(({ path }) => path)).toEqual(['base-model-with-a-long-name/model.safetensors']);
  expect(folder.find('decoder.onnx')?.path).toBe('base-model-with-a-long-name/onnx/decoder.onnx');
  expect(folder.find('README.md')).toBeNull();
});

test('the highest file of a name, the first of equals', () => {
  expect(highest([file('b/c/a.json'), file('z/a.json'), file('y/a.json')], 'a.json')?.path).toBe('y/a.json');
  expect(highest([file('not-a.json')], 'a.json')).toBeNull();
});
