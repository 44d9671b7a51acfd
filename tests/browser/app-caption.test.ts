/** The caption view: six stages that light up, and text that stays text. */
import { afterEach, expect, it } from 'vitest';
import { captionParts } from '../../src/app/caption_stages';
import { WlCaption } from '../../src/app/elements/wl_caption';
import { REASONING_STAGES } from '../../src/protocol';
import { REASONING } from '../support/fake_session';
import { all, one, settle, unmount, words } from '../support/mount';

afterEach(unmount);

async function captionOf(text: string, over: Partial<WlCaption> = {}): Promise<WlCaption> {
  unmount();
  const element = Object.assign(new WlCaption(), { heading: 'With the adapter', text, ...over });
  element.style.height = '400px';
  document.body.append(element);
  await settle(2);
  return element;
}

it('shows six stages and lights up those that are reached', async () => {
  const reached = REASONING.spoof.slice(0, REASONING.spoof.indexOf('Lighting and shadows'));
  const element = await captionOf(reached, { busy: true });
  expect(all(element, 'h4').map((heading) => heading.textContent)).toEqual([...REASONING_STAGES]);
  expect(all(element, '.stage.ahead h4').map((heading) => heading.textContent)).toEqual(REASONING_STAGES.slice(3));
  expect(one(element, '.text').getAttribute('aria-busy')).toBe('true');
});

it('keeps a short caption as one paragraph', async () => {
  const element = await captionOf('An even light in this context.', { expect: 'vanilla' });
  expect(all(element, 'h4')).toEqual([]);
  expect(words(one(element, '.text'))).toContain('An even light in this context.');
});

it('shows markup as the text that it is', async () => {
  const attack = '<img src=x onerror="document.title=1"> <script>alert(1)</script> <b>live</b> &amp;';
  for (const text of [attack, `Initial observation: ${attack}`]) {
    const element = await captionOf(text);
    expect(all(element, 'img, script, b')).toEqual([]);
    expect(words(one(element, '.text'))).toContain(attack);
  }
});

it.each([
  ['colons', 'Initial observation: a. Artifact detection: b.'],
  ['numbers', '1. Initial observation: a. 2. Artifact detection: b.'],
  ['Markdown', '**Initial Observation:** a.\n\n**Artifact Detection:** b.'],
  ['lines', 'Initial observation\na.\nArtefact detection\nb.'],
])('reads headings written with %s', (_name, text) => {
  const parts = captionParts(text);
  expect(parts.map(({ stage }) => stage)).toEqual([0, 1]);
  expect(parts.map((part) => part.text.replace(/\s*\d\.$/, ''))).toEqual(['a.', 'b.']);
});

it('does not take a word for a heading', () => {
  expect(captionParts('The context of the face is a wall.').map(({ stage }) => stage)).toEqual([null]);
});
