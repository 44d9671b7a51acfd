/** Generated face sets: what the page, the study and the tools need of them. */
export { domainOf, type Domain } from './sets/domains';
export { FRAMES_A_SECOND, keptFrames } from './sets/clip';
export { clipFacts, renderClip, renderFrame } from './sets/frame';
export { captionsOf, clipsOf, makeSet } from './sets/make';
export { FRAMES_OF_A_CLIP, SET_LIMITS, checkRequest, countFrames } from './sets/request';
export { DOMAINS, type DomainName, type SetFrame, type SetRequest } from './sets/types';
export { ATTACKS, type Attack, type Cue, type Facts } from './types';
