/** Base class of every element that reads the session: it renders again whenever the session says `change`. */
import { LitElement, nothing } from 'lit';
import { property } from 'lit/decorators.js';
import type { Session, SessionState } from '../session/types';
import { installTokens } from './tokens';

export abstract class SessionElement extends LitElement {
  /** Handed down by the page; a test hands over a session of its own. */
  @property({ attribute: false }) session: Session | null = null;

  private heard: Session | null = null;
  private readonly onChange = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    installTokens(this.ownerDocument);
    this.listen();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.heard?.removeEventListener('change', this.onChange);
    this.heard = null;
  }

  override willUpdate(): void {
    this.listen();
  }

  /** What to show; only called with a session. */
  protected abstract view(state: Readonly<SessionState>, session: Session): unknown;

  override render(): unknown {
    return this.session === null ? nothing : this.view(this.session.state, this.session);
  }

  /**
   * Runs an action. The session reports failures itself, as notices; a rejection that reaches here as well must not
   * become an unhandled one.
   */
  protected act(action: Promise<unknown> | undefined): void {
    action?.catch((error: unknown) => console.warn(error));
  }

  private listen(): void {
    if (!this.isConnected || this.heard === this.session) return;
    this.heard?.removeEventListener('change', this.onChange);
    this.session?.addEventListener('change', this.onChange);
    this.heard = this.session;
  }
}
