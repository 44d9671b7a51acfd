/** A person before a camera: who it is, how the shot is, its layers, and the light on them. */
export { colourAlbedo, paintBackdrop } from './backdrop';
export { liveCues } from './cues';
export { layFace } from './lay';
export { drawPerson } from './person';
export { shade } from './shade';
export { drawLighting, drawShot, stir } from './shot';
