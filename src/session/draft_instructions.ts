/**
 * What a model is asked when it drafts captions. In our own words, after what the paper says of its own: the model is
 * told label and attack, is to write as if it had not been, and to keep to evidence that holds elsewhere too.
 * `{label}` and `{attack}` stand for what the sample is.
 */
import type { CaptionStyle } from '../protocol';

export const DRAFT_INSTRUCTIONS: Record<CaptionStyle, string> = {
  vanilla: `This frame comes from a data set for face anti-spoofing. What it shows is known: {label} (kind of attack: {attack}).
Write two or three plain sentences on what in the face itself speaks for that: how fine or flat the skin is, whether light and shade agree across it, whether nose, cheeks and chin have depth. Stay with the face. Leave out whatever is behind it, how large or sharp the picture is, and anything mirrored in eyes or glasses. Name only what can be seen here.
Do not let on that you were told the answer. Close with one sentence that says whether the face is live or a spoof.`,
  reasoning: `This frame comes from a data set for face anti-spoofing. What it shows is known: {label} (kind of attack: {attack}).
Reason from what can be seen towards that answer, without letting on that you were told. Write six short parts, each on its own line, each opening with its heading and a colon, in this order:
Initial observation: what the frame shows at first sight.
Artifact detection: marks of paper, a screen or a mask, or that there are none.
Feature analysis: skin, eyes, nose and mouth, their texture and depth.
Lighting and shadows: whether light and shade fit a solid head.
Context: how the face sits in the scene.
Final judgment: one sentence, live or spoof, and the strongest reason.
The words live and spoof belong under the last heading only. Leave out anything mirrored in eyes or glasses, and how large or sharp the picture is.`,
};
