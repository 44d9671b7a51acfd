/** Styles that every element of the page shares: type, buttons, fields, tables, focus. */
import { css } from 'lit';

export const shared = css`
  :host {
    display: block;
    box-sizing: border-box;
    color: var(--ink);
  }
  /* A display of its own would outweigh the attribute. */
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h1,
  h2,
  h3,
  p,
  dl,
  dd,
  figure,
  ul,
  ol {
    margin: 0;
    padding: 0;
  }
  ul,
  ol {
    list-style: none;
  }
  h1 {
    font-size: var(--title);
    font-weight: var(--strong);
    line-height: 1.3;
    letter-spacing: -0.01em;
  }
  h2 {
    font-size: var(--body);
    font-weight: var(--strong);
    line-height: 1.5;
  }
  h3 {
    font-size: var(--small);
    font-weight: var(--strong);
  }
  .muted {
    color: var(--muted);
  }
  .small {
    font-size: var(--small);
  }
  .strong {
    font-weight: var(--strong);
  }
  .warning {
    color: var(--warning);
  }
  .error {
    color: var(--error);
  }
  .nowrap {
    white-space: nowrap;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--u) calc(2 * var(--u));
  }
  .spread {
    justify-content: space-between;
  }
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    flex-wrap: wrap;
    gap: var(--u) calc(3 * var(--u));
    min-height: 40px;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  select,
  input {
    font: inherit;
    color: inherit;
  }
  button,
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--u);
    min-height: 36px;
    padding: 0 14px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: transparent;
    color: var(--ink);
    font-size: 0.875rem;
    white-space: nowrap;
    cursor: pointer;
    transition: background-color var(--quick);
  }
  button:hover:not(:disabled) {
    background: var(--sunk);
  }
  button.primary {
    min-height: 40px;
    padding: 0 20px;
    border-color: var(--ink);
    background: var(--ink);
    color: var(--paper);
    font-weight: var(--strong);
  }
  button.primary:hover:not(:disabled) {
    background: color-mix(in srgb, var(--ink) 86%, var(--paper));
  }
  button.quiet {
    padding: 0 8px;
    border-color: transparent;
  }
  button.icon {
    width: 36px;
    padding: 0;
    border-color: transparent;
  }
  button.link {
    min-height: 24px;
    padding: 0;
    border: 0;
    text-decoration: underline;
    text-decoration-color: var(--edge);
    text-underline-offset: 3px;
    white-space: normal;
    text-align: start;
    justify-content: start;
  }
  button.link:hover:not(:disabled) {
    background: none;
    text-decoration-color: currentColor;
  }
  button:disabled {
    cursor: not-allowed;
    color: var(--muted);
    border-color: var(--hairline);
    border-style: dashed;
  }
  button.primary:disabled {
    background: transparent;
  }
  select,
  input[type='text'],
  input[type='number'],
  input[type='password'],
  input[type='search'] {
    min-height: 36px;
    padding: 0 8px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--raised);
    color: var(--ink);
    font-size: 0.875rem;
  }
  textarea {
    padding: 8px;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    background: var(--raised);
    color: var(--ink);
    font: inherit;
    font-size: 0.875rem;
    resize: vertical;
  }
  input[type='checkbox'],
  input[type='radio'] {
    width: 16px;
    height: 16px;
    margin: 0;
    flex: none;
    accent-color: var(--ink);
  }
  [aria-invalid='true'] {
    border-color: var(--error) !important;
  }
  label.choice {
    display: inline-flex;
    align-items: center;
    gap: var(--u);
    min-height: 28px;
    cursor: pointer;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  legend {
    padding: 0;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: 2px solid var(--focus);
    outline-offset: 2px;
    border-radius: 2px;
  }
  label.field {
    display: inline-flex;
    align-items: center;
    gap: 8px;
    font-size: var(--small);
    color: var(--muted);
  }
  /* Names and values beside each other. */
  dl.facts {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 4px 16px;
  }
  dt {
    color: var(--muted);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: var(--small);
  }
  th {
    font-weight: var(--regular);
    color: var(--muted);
    text-align: start;
  }
  th,
  td {
    padding: 6px 12px 6px 0;
    border-block-end: 1px solid var(--hairline);
    vertical-align: middle;
  }
  td.number,
  th.number {
    text-align: end;
  }
  /* What may be wider than its place. A shade at an edge says that there is more; covers that scroll along hide it where
     there is not. */
  .scroll {
    --shade: color-mix(in srgb, var(--ink) 28%, transparent);
    position: relative;
    isolation: isolate;
    overflow-x: auto;
    background:
      linear-gradient(to right, var(--paper) 50%, transparent) left / 48px 100% no-repeat local,
      linear-gradient(to left, var(--paper) 50%, transparent) right / 48px 100% no-repeat local,
      linear-gradient(to right, var(--shade), transparent) left / 16px 100% no-repeat,
      linear-gradient(to left, var(--shade), transparent) right / 16px 100% no-repeat;
  }
  /* The first column names the row: it stays, with its hairlines, which collapsed would stay behind. */
  .scroll.named table {
    border-collapse: separate;
    border-spacing: 0;
  }
  .scroll.named :is(th, td):first-child {
    position: sticky;
    inset-inline-start: 0;
    z-index: 1;
    background: var(--paper) padding-box;
  }
  summary {
    width: fit-content;
    min-height: 24px;
    cursor: pointer;
    color: var(--muted);
    font-size: var(--small);
  }
  summary:hover {
    color: var(--ink);
  }
  svg.icon-svg {
    flex: none;
    display: block;
  }
  @media (forced-colors: active) {
    button.primary {
      border-width: 2px;
    }
  }
`;
