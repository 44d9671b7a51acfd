/** In place of backends that face-api imports and nobody here uses through it (vite.config.ts). */
export {};
