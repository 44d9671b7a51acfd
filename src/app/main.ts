/** The page's one script: makes the session and hands it to the page's one element. */
import { createSession } from '../session';
import { installTokens } from './tokens';
import { WhyLive } from './why_live';

installTokens();
const page = document.querySelector('why-live');
if (page instanceof WhyLive) page.session = createSession();
