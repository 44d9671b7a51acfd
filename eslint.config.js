/** Type-aware lint, and the house's arrows: app -> session -> protocol <- workers -> {train, ...} -> model -> ops -> device. */
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import lit from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

/** Folders of src/, and workers/. */
const ROOMS = [
  ...['app', 'data', 'device', 'evaluate', 'hub', 'inspect', 'model', 'onnx', 'ops', 'peer', 'protocol'],
  ...['session', 'store', 'study', 'train', 'workers'],
];

/** Parts of the evaluate room that are pure, without a model: numbers and tables. */
const PURE_EVALUATION = {
  regex: '/evaluate/(?!(?:numbers|report)/index$)',
  message: 'Of the evaluate room a session needs numbers and report only, which are free of the model.',
};

/** Lets a room import from itself and the given rooms: a new room is closed to all until it is named. */
const opens = (...rooms) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        ...(rooms[0] === 'session' ? [PURE_EVALUATION] : []),
        {
          // A neighbour in the same folder may have a room's name, and so has a folder of a package.
          group: [
            ...ROOMS.filter((room) => !rooms.includes(room)).flatMap((room) => [`**/${room}/**`, `**/${room}`]),
            '!./*',
            '!@vladmandic/face-api/model',
            '!@vladmandic/face-api/model/*',
          ],
          message: 'Arrows point one way: see docs/architecture.md.',
        },
      ],
    },
  ],
});

/** `folder` of src/ may import from itself and from `rooms`. */
const room = (folder, ...rooms) => ({ files: [`src/${folder}/**/*.ts`], rules: opens(folder, ...rooms) });

export default tseslint.config(
  { ignores: ['dist', 'out', 'node_modules', 'public', 'tests/golden', '.cache', 'src/ops/wasm/assembly'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.page.json', './tsconfig.worker.json', './tsconfig.tests.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['src/app/**/*.ts'], ...lit.configs['flat/recommended'] },
  room('protocol'),
  room('app', 'session', 'protocol'),
  // It starts the workers, by their addresses.
  room('session', 'protocol', 'store', 'data', 'workers', 'evaluate'),
  { files: ['workers/**/*.ts'], rules: opens('data', 'evaluate', 'hub', 'peer', 'protocol', 'train') },
  room('data', 'protocol', 'store'),
  // The face detector computes with tfjs, on the WASM backend.
  { files: ['src/data/faces/**/*.ts'], rules: opens('data', 'device', 'protocol', 'store') },
  room('hub', 'protocol'),
  room('train', 'data', 'device', 'evaluate', 'inspect', 'model', 'ops', 'protocol', 'store'),
  room('evaluate', 'model', 'protocol'),
  // Any thread and Node: nothing of the model.
  room('evaluate/numbers', 'protocol'),
  room('evaluate/report', 'protocol'),
  room('inspect', 'evaluate', 'model', 'protocol'),
  room('study', 'data', 'device', 'evaluate', 'model', 'protocol', 'train'),
  // Any thread and Node: the configuration and the file readers of the model, nothing that computes.
  room('onnx', 'model', 'protocol'),
  room('peer', 'data', 'evaluate', 'model', 'onnx', 'protocol', 'store', 'train'),
  room('model', 'device', 'ops', 'protocol'),
  room('ops', 'device'),
  room('device', 'protocol'),
  room('store', 'protocol'),
  {
    // Frames are the same bytes everywhere only if their arithmetic is: see src/data/synthetic/maths.ts.
    files: ['src/data/synthetic/**/*.ts'],
    rules: {
      ...opens('data', 'protocol'),
      'no-restricted-syntax': [
        'error',
        {
          selector: "BinaryExpression[operator='**']",
          message: 'Engines differ in `**`: use square or pow of maths.ts.',
        },
        {
          selector:
            "MemberExpression[object.name='Math'][property.name=/^(sin|cos|tan|asin|acos|atan2?|sinh|cosh|tanh|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot|random)$/]",
          message: 'Engines differ in it: use maths.ts, or a seeded Random.',
        },
      ],
    },
  },
  {
    files: ['tools/**/*.mjs', '*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        performance: 'readonly',
        fetch: 'readonly',
        navigator: 'readonly',
        Blob: 'readonly',
        OffscreenCanvas: 'readonly',
        createImageBitmap: 'readonly',
        AbortController: 'readonly',
        window: 'readonly',
        document: 'readonly',
      },
    },
  },
  prettier,
);
