/** Everything that is said: explanations of faces, descriptions of scenes, and what either claims. */
export { claimsOf, isTrue, type Claim } from './claims';
export { cueHits, cuesNamed } from './cues';
export { describeScene } from './describe';
export { reasoningCaption, vanillaCaption, VISIBLE } from './explain';
export { textGames } from './games';
