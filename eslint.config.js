/** Type-aware lint, and the house's arrows: app -> session -> protocol <- workers -> {train, ...} -> model -> ops -> device. */
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import lit from 'eslint-plugin-lit';
import tseslint from 'typescript-eslint';

/** Forbids imports from the given rooms of src/ (and from workers/), and from the study, which nothing is built on. */
const closed = (...rooms) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: [
        {
          group: [...rooms, 'study'].flatMap((room) => [`**/${room}/**`, `**/${room}`]),
          message: 'Arrows point one way: see docs/architecture.md.',
        },
      ],
    },
  ],
});

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
  {
    files: ['src/app/**/*.ts'],
    rules: closed('workers', 'data', 'device', 'evaluate', 'inspect', 'model', 'onnx', 'ops', 'peer', 'store', 'train'),
  },
  {
    files: ['src/session/**/*.ts'],
    rules: closed('app', 'device', 'evaluate', 'inspect', 'model', 'onnx', 'ops', 'peer', 'train'),
  },
  {
    files: ['src/protocol/**/*.ts'],
    rules: closed(
      'app',
      'session',
      'data',
      'device',
      'evaluate',
      'inspect',
      'model',
      'ops',
      'store',
      'train',
      'workers',
    ),
  },
  {
    // The exporter runs in any thread and in Node: the configuration and the file readers of the model, nothing else.
    files: ['src/onnx/**/*.ts'],
    rules: closed(
      'app',
      'session',
      'data',
      'device',
      'evaluate',
      'inspect',
      'ops',
      'peer',
      'store',
      'train',
      'workers',
    ),
  },
  {
    files: ['src/peer/**/*.ts'],
    rules: closed('app', 'session', 'device', 'inspect', 'ops', 'workers'),
  },
  { files: ['workers/**/*.ts'], rules: closed('app', 'session') },
  {
    files: ['src/hub/**/*.ts'],
    rules: closed(
      'app',
      'session',
      'data',
      'device',
      'evaluate',
      'inspect',
      'model',
      'ops',
      'store',
      'train',
      'workers',
    ),
  },
  {
    files: ['src/data/**/*.ts'],
    rules: closed('app', 'session', 'device', 'evaluate', 'inspect', 'model', 'ops', 'train', 'workers'),
  },
  {
    // Frames are the same bytes everywhere only if their arithmetic is: see src/data/synthetic/maths.ts.
    files: ['src/data/synthetic/**/*.ts'],
    rules: {
      ...closed('app', 'session', 'device', 'evaluate', 'inspect', 'model', 'ops', 'store', 'train', 'workers'),
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
    files: ['src/train/**/*.ts', 'src/evaluate/**/*.ts', 'src/inspect/**/*.ts', 'src/study/**/*.ts'],
    rules: closed('app', 'session', 'peer', 'workers'),
  },
  {
    files: ['src/model/**/*.ts'],
    rules: closed('app', 'session', 'data', 'evaluate', 'inspect', 'onnx', 'peer', 'store', 'train', 'workers'),
  },
  {
    files: ['src/ops/**/*.ts'],
    rules: closed('app', 'session', 'data', 'evaluate', 'inspect', 'model', 'store', 'train', 'workers'),
  },
  {
    files: ['src/device/**/*.ts'],
    rules: closed('app', 'session', 'data', 'evaluate', 'inspect', 'model', 'ops', 'store', 'train', 'workers'),
  },
  {
    files: ['src/store/**/*.ts'],
    rules: closed('app', 'data', 'device', 'evaluate', 'inspect', 'model', 'ops', 'train', 'workers'),
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
        AbortController: 'readonly',
        window: 'readonly',
        document: 'readonly',
      },
    },
  },
  prettier,
);
