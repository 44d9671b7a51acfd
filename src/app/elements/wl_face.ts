/**
 * A line drawing for the first visit: a face, and the six places an explanation talks about, in the order in which it
 * does. It is a drawing of the idea, not of a result.
 */
import { LitElement, css, html, svg } from 'lit';
import { customElement } from 'lit/decorators.js';
import { REASONING_STAGES } from '../../protocol';
import { installTokens } from '../tokens';

/** Where each stage looks, in the drawing's units, and what it asks. */
const PLACES: { x: number; y: number; asks: string }[] = [
  { x: 178, y: 74, asks: 'What is in the picture?' },
  { x: 214, y: 132, asks: 'Any edge, glare or grid?' },
  { x: 196, y: 178, asks: 'Do skin and features have depth?' },
  { x: 168, y: 214, asks: 'Does the light fall as on a body?' },
  { x: 230, y: 262, asks: 'Does the surrounding fit?' },
  { x: 150, y: 250, asks: 'Live or spoof, and why.' },
];

@customElement('wl-face')
export class WlFace extends LitElement {
  static override styles = css`
    :host {
      display: block;
      color: var(--ink);
    }
    svg {
      display: block;
      width: 100%;
      height: auto;
      overflow: visible;
    }
    .face {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.5;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .lead {
      fill: none;
      stroke: var(--edge);
      stroke-width: 1;
    }
    .frame {
      fill: none;
      stroke: var(--hairline);
    }
    .tick {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.5;
    }
    text {
      font: 600 15px var(--font);
      fill: var(--ink);
    }
    text.asks {
      font-weight: 400;
      font-size: 14px;
      fill: var(--muted);
    }
    circle.spot {
      fill: var(--paper);
      stroke: var(--ink);
      stroke-width: 1.5;
    }
  `;

  override connectedCallback(): void {
    super.connectedCallback();
    installTokens(this.ownerDocument);
  }

  override render(): unknown {
    return html`<svg
      viewBox="0 0 620 330"
      role="img"
      aria-label="Drawing: a face, and the six stages of an explanation: ${REASONING_STAGES.join(', ')}."
    >
      <rect class="frame" x="0.5" y="0.5" width="300" height="329" />
      <path class="tick" d="M.5 18V.5H18M283 .5h17.5V18M300.5 312v17.5H283M18 329.5H.5V312" />
      <g class="face">
        <path
          d="M150 52c-46 0-72 34-72 84 0 28 6 52 18 72 14 24 34 40 54 40s40-16 54-40c12-20 18-44 18-72 0-50-26-84-72-84z"
        />
        <path d="M80 128c-2-48 22-92 70-92s72 44 70 92c-8-12-14-30-18-44-30 14-74 14-104 0-4 14-10 32-18 44z" />
        <path d="M108 140c6-6 20-6 26 0-6 6-20 6-26 0zM166 140c6-6 20-6 26 0-6 6-20 6-26 0z" />
        <path d="M104 124c8-6 22-7 31-3M196 124c-8-6-22-7-31-3" />
        <path d="M151 140c-2 16-8 28-10 36 2 6 14 6 19 2" />
        <path d="M128 206c12 6 32 6 44 0-8 11-36 11-44 0z" />
        <path d="M120 240v22c-28 10-66 22-78 66M180 240v22c28 10 66 22 78 66" />
        <path d="M77 140c-12-4-14 14-9 26 3 8 8 12 14 10M223 140c12-4 14 14 9 26-3 8-8 12-14 10" />
      </g>
      ${PLACES.map((place, index) => {
        const y = 28 + index * 54;
        return svg`<g>
          <path class="lead" d="M${place.x} ${place.y}L312 ${y}H336"/>
          <circle class="spot" cx=${place.x} cy=${place.y} r="3.5"/>
          <text x="346" y=${y - 1}>${REASONING_STAGES[index]}</text>
          <text class="asks" x="346" y=${y + 19}>${place.asks}</text>
        </g>`;
      })}
    </svg>`;
  }
}
