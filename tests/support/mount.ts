/** Puts the page with a fake session into the test's document, and looks at it through its shadow roots. */
import axe from 'axe-core';
import { WhyLive } from '../../src/app/why_live';
import type { FakeSession } from './fake_session';

/** Removes whatever an earlier test mounted. */
export function unmount(): void {
  document.body.replaceChildren();
  delete document.documentElement.dataset['theme'];
}

export async function mount(session: FakeSession): Promise<WhyLive> {
  unmount();
  document.documentElement.lang = 'en';
  const page = new WhyLive();
  page.session = session;
  document.body.append(page);
  await settle();
  return page;
}

/** Lets every element render, and frames and fonts arrive. */
export async function settle(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise(requestAnimationFrame);
}

/** All elements under `root` that match, through every shadow root, in document order. */
export function all<T extends Element = HTMLElement>(root: ParentNode, selector: string): T[] {
  const found: T[] = [];
  const visit = (node: Element): void => {
    if (node.matches(selector)) found.push(node as T);
    if (node.shadowRoot) for (const child of node.shadowRoot.children) visit(child);
    for (const child of node.children) visit(child);
  };
  if (root instanceof Element && root.shadowRoot) for (const child of root.shadowRoot.children) visit(child);
  for (const child of root.children) visit(child);
  return found;
}

export function one<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const [first] = all<T>(root, selector);
  if (!first) throw new Error(`Nothing matches ${selector}.`);
  return first;
}

/** Text as rendered, through shadow roots and slots, without styles. */
export function words(node: Node): string {
  if (node instanceof Text) return node.data;
  if (node instanceof HTMLStyleElement) return '';
  if (node instanceof HTMLSlotElement) {
    const slotted = node.assignedNodes();
    return (slotted.length > 0 ? slotted : [...node.childNodes]).map(words).join('');
  }
  const children = node instanceof Element && node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
  return [...children].map(words).join(' ').replace(/\s+/g, ' ');
}

const EVERYTHING = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds wrong, one line a finding; with `rules`, by these rules alone. */
export async function violations(rules?: string[]): Promise<string[]> {
  const { violations: found } = await axe.run(document, {
    runOnly: rules === undefined ? EVERYTHING : { type: 'rule', values: rules },
  });
  return found.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(' > ')}: ${html}`),
  );
}
