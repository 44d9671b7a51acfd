/** Radio buttons, each in its label: one of a few values. */
import { html, type TemplateResult } from 'lit';

export interface Choice<T extends string> {
  value: T;
  /** What stands beside the button. */
  words: unknown;
  /** More, on hover. */
  about?: string;
}

/** To be put into a fieldset whose legend asks. `name` is the group's, `chosen` the present value. */
export function radios<T extends string>(
  name: string,
  chosen: T | null,
  choices: readonly Choice<T>[],
  choose: (value: T) => unknown,
): TemplateResult[] {
  return choices.map(
    ({ value, words, about = '' }) =>
      html`<label class="choice" title=${about}
        ><input
          type="radio"
          name=${name}
          value=${value}
          .checked=${chosen === value}
          @change=${() => choose(value)}
        />${words}</label
      >`,
  );
}
