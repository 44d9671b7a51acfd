/** The page's frame: header, navigation, main. */
import { css } from 'lit';

export const page = css`
  header {
    position: sticky;
    inset-block-start: 0;
    z-index: 10;
    display: grid;
    grid-template-columns: 1fr auto 1fr;
    align-items: center;
    gap: 24px;
    height: 56px;
    padding-inline: var(--gutter);
    border-block-end: 1px solid var(--hairline);
    background: var(--paper);
  }
  wl-strip {
    position: sticky;
    inset-block-start: 56px;
    z-index: 9;
    min-height: 66px;
  }
  .brand {
    display: flex;
    align-items: center;
    gap: 10px;
    font-weight: var(--strong);
    letter-spacing: -0.01em;
  }
  nav {
    display: flex;
    gap: 8px;
    align-self: stretch;
  }
  nav button {
    position: relative;
    align-self: stretch;
    padding-inline: 16px;
    border: 0;
    border-radius: 0;
    color: var(--muted);
    font-size: var(--body);
  }
  nav button:hover:not(:disabled) {
    background: none;
    color: var(--ink);
  }
  nav button[aria-current='page'] {
    color: var(--ink);
    font-weight: var(--strong);
  }
  nav button[aria-current='page']::after {
    content: '';
    position: absolute;
    inset-inline: 16px;
    inset-block-end: -1px;
    height: 2px;
    background: var(--ink);
  }
  /* Holds the width of the bold word, so that the row does not shift with the view. */
  nav button span::after {
    content: attr(data-name) / '';
    display: block;
    height: 0;
    overflow: hidden;
    visibility: hidden;
    font-weight: var(--strong);
  }
  nav button:focus-visible {
    outline-offset: -4px;
  }
  .tools {
    display: flex;
    align-items: center;
    justify-content: end;
    gap: 4px;
  }
  main {
    padding: 20px var(--gutter) 48px;
    max-width: 1920px;
    margin-inline: auto;
  }
  main:focus-visible {
    outline: none;
  }
  .skip {
    position: fixed;
    inset-block-start: 8px;
    inset-inline-start: 8px;
    z-index: 30;
    background: var(--paper);
  }
  .skip:not(:focus) {
    clip-path: inset(50%);
    width: 1px;
    height: 1px;
    min-height: 0;
    padding: 0;
    overflow: hidden;
  }
  .failed {
    display: grid;
    gap: 16px;
    padding-block: 64px;
    max-width: 60ch;
    margin-inline: auto;
  }
  @media (max-width: 760px) {
    header {
      position: static;
      grid-template-columns: 1fr auto;
      grid-template-rows: 48px 44px;
      gap: 0;
      height: auto;
    }
    nav {
      grid-row: 2;
      grid-column: 1 / -1;
      margin-inline: calc(-1 * var(--gutter));
      padding-inline: calc(var(--gutter) - 12px);
      justify-content: space-between;
    }
    nav button {
      padding-inline: 12px;
    }
    nav button[aria-current='page']::after {
      inset-inline: 12px;
    }
    wl-strip {
      inset-block-start: 0;
    }
  }
`;
