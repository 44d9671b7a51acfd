/** The page's own icons: 16 x 16, one stroke, drawn here so that nothing is fetched. They are always decoration. */
import { html, svg, type TemplateResult } from 'lit';

const PATHS = {
  seal: svg`<rect x="3" y="7" width="10" height="6.5" rx="1"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>`,
  open: svg`<rect x="3" y="7" width="10" height="6.5" rx="1"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.4-1"/>`,
  sliders: svg`<path d="M2 5h7M13 5h1M2 11h1M7 11h7"/><circle cx="11" cy="5" r="1.8"/><circle cx="5" cy="11" r="1.8"/>`,
  auto: svg`<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor"/>`,
  light: svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.6M8 12.9v1.6M1.5 8h1.6M12.9 8h1.6M3.4 3.4l1.1 1.1M11.5 11.5l1.1 1.1M12.6 3.4l-1.1 1.1M4.5 11.5l-1.1 1.1"/>`,
  dark: svg`<path d="M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z"/>`,
  help: svg`<circle cx="8" cy="8" r="6"/><path d="M6.2 6.4a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.9.7-.9 1.3"/><path d="M8 11.5v.2"/>`,
  close: svg`<path d="M4 4l8 8M12 4l-8 8"/>`,
  pause: svg`<path d="M5.5 3.5v9M10.5 3.5v9"/>`,
  play: svg`<path d="M5 3.2l7 4.8-7 4.8z"/>`,
  stop: svg`<rect x="4" y="4" width="8" height="8"/>`,
  folder: svg`<path d="M2 12.5v-9h4l1.5 2H14v7z"/>`,
  files: svg`<path d="M4 1.8h5l3 3v9.4H4zM9 1.8v3h3"/>`,
  make: svg`<rect x="2.5" y="2.5" width="11" height="11" rx="1"/><path d="M8 5.4v5.2M5.4 8h5.2"/>`,
  next: svg`<path d="M6 3.5L10.5 8 6 12.5"/>`,
  back: svg`<path d="M10 3.5L5.5 8 10 12.5"/>`,
  down: svg`<path d="M8 2.5v8M4.5 7.5L8 11l3.5-3.5M3 13.5h10"/>`,
  bin: svg`<path d="M3 4.5h10M6 4.5V2.5h4v2M4.5 4.5l.6 9h5.800l.6-9"/>`,
  check: svg`<path d="M3 8.5l3.2 3.200L13 4.5"/>`,
  cross: svg`<path d="M4 4l8 8M12 4l-8 8"/>`,
  warning: svg`<path d="M8 2l6.3 11.5H1.700zM8 6.5v3.300M8 11.600v.2"/>`,
  note: svg`<circle cx="8" cy="8" r="6"/><path d="M8 7.200v4M8 4.800v.2"/>`,
} as const;

export type IconName = keyof typeof PATHS;

/** An icon as SVG; put the words beside it or in the control's `aria-label`. */
export function icon(name: IconName, size = 16): TemplateResult {
  return html`<svg
    class="icon-svg"
    width=${size}
    height=${size}
    viewBox="0 0 16 16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.4"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${PATHS[name]}
  </svg>`;
}
