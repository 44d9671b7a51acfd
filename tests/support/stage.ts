/** Shows the page in one of the fake scenes: `stage.html?scene=training&theme=dark`. */
import { WhyLive } from '../../src/app/why_live';
import { scene } from './fake_scenes';

const wanted = new URLSearchParams(location.search);
const theme = wanted.get('theme');
const page = document.querySelector('why-live');
if (page instanceof WhyLive) {
  page.session = scene(
    wanted.get('scene') ?? 'first',
    {
      theme: theme === 'dark' || theme === 'light' ? theme : 'auto',
    },
    96,
  );
}
