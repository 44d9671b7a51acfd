/**
 * The design tokens: one place for colour, type, space and motion. They are custom properties on `:root`, so they
 * reach through every shadow root. Each colour holds 4.5:1 or better as text on `--paper`, in both themes.
 *
 * `--live` and `--spoof` (a teal and a vermilion, apart for every common colour vision) mean a verdict and nothing
 * else; errors and warnings therefore have colours of their own.
 */
const TOKENS = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fbfaf7, #131516);
  --raised: light-dark(#ffffff, #1a1d1f);
  --sunk: light-dark(#f1f0ec, #0d0f10);
  --ink: light-dark(#191b1d, #eceae5);
  --muted: light-dark(#5a5e63, #a3a7ab);
  --hairline: light-dark(#dcdad4, #2d3133);
  --edge: light-dark(#85888c, #74797d);
  --focus: light-dark(#1f56d6, #8db2ff);
  --live: light-dark(#0b6f64, #52c7b6);
  --spoof: light-dark(#b83a10, #ff8d61);
  --undecided: light-dark(#5a5e63, #a3a7ab);
  --one: light-dark(#191b1d, #eceae5);
  --two: light-dark(#2a57c9, #8db2ff);
  --three: light-dark(#8a3aa5, #d9a2ec);
  --error: light-dark(#9c1450, #ff94bf);
  --warning: light-dark(#735000, #e2b856);
  --font: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
  --mono: ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace;
  --small: 0.8125rem;
  --body: 0.9375rem;
  --large: 1.25rem;
  --title: 1.5rem;
  --regular: 400;
  --strong: 600;
  --u: 8px;
  --radius: 4px;
  --gutter: clamp(16px, 2.5vw, 40px);
  --quick: 120ms;
  font: var(--regular) var(--body)/1.5 var(--font);
  font-variant-numeric: tabular-nums;
  color: var(--ink);
  background: var(--paper);
  -webkit-text-size-adjust: 100%;
}
:root[data-theme='light'] { color-scheme: light; }
:root[data-theme='dark'] { color-scheme: dark; }
body { margin: 0; }
@media (prefers-reduced-motion: reduce) { :root { --quick: 0ms; } }
`;

const installed = new WeakSet<Document>();

/** Gives the document its tokens (once). */
export function installTokens(target: Document = document): void {
  if (installed.has(target)) return;
  installed.add(target);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(TOKENS);
  target.adoptedStyleSheets = [...target.adoptedStyleSheets, sheet];
}

/** `auto` follows `prefers-color-scheme`. */
export function applyTheme(theme: 'auto' | 'light' | 'dark', target: Document = document): void {
  if (theme === 'auto') delete target.documentElement.dataset['theme'];
  else target.documentElement.dataset['theme'] = theme;
}
