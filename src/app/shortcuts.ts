/** The page's keys. They never act while the focus is in a control that needs the key itself. */
import type { Session, View } from '../session/types';
import { isGoing } from './wording';

export const VIEWS: { id: View; name: string }[] = [
  { id: 'data', name: 'Data' },
  { id: 'train', name: 'Train' },
  { id: 'inspect', name: 'Inspect' },
  { id: 'runs', name: 'Runs' },
];

/** For the help dialog, in the order of use. */
export const SHORTCUTS: { keys: string[]; does: string }[] = [
  { keys: ['1', '2', '3', '4'], does: 'Data, Train, Inspect, Runs' },
  { keys: ['Space'], does: 'Pause the run, or go on' },
  { keys: ['\u2190', '\u2192'], does: 'In Inspect: the sample before or after' },
  { keys: ['E'], does: 'In Inspect: explain the frame, or stop' },
  { keys: ['?'], does: 'This list' },
  { keys: ['Esc'], does: 'Close a dialog' },
];

export interface ShortcutActions {
  help(): void;
  walk(by: number): void;
}

/** The element that has the focus, through shadow roots. */
export function focused(root: DocumentOrShadowRoot = document): Element | null {
  const active = root.activeElement;
  return active?.shadowRoot?.activeElement ? focused(active.shadowRoot) : active;
}

/** True where typing, choosing or pressing belongs to the focused element. */
function owns(element: Element | null, key: string): boolean {
  if (element === null) return false;
  if (element.matches('textarea, select, input:not([type=checkbox], [type=radio])')) return true;
  if (element instanceof HTMLElement && element.isContentEditable) return true;
  if (key === ' ') return element.matches('button, summary, a[href], input, [role=listbox]');
  if (key.startsWith('Arrow')) return element.matches('input, [role=listbox], [role=region], [role=group][tabindex]');
  return false;
}

/** Handles one key press; returns true when it was a shortcut. */
export function handleKey(event: KeyboardEvent, session: Session, actions: ShortcutActions): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const active = focused();
  if (owns(active, event.key)) return false;
  // A dialog has the page's attention; its own keys are the platform's.
  if (event.composedPath().some((node) => node instanceof HTMLDialogElement && node.open)) return false;
  const { state } = session;
  const quietly = (action: Promise<unknown>): void => void action.catch((error: unknown) => console.warn(error));
  const view = VIEWS[Number(event.key) - 1];
  if (view !== undefined && /^[1-4]$/.test(event.key)) {
    session.show(view.id);
    return true;
  }
  switch (event.key) {
    case '?':
      actions.help();
      return true;
    case ' ':
      if (state.run === null || !isGoing(state.run) || state.run.phase === 'preparing' || event.repeat) return false;
      quietly(state.run.phase === 'paused' ? session.resumeRun() : session.pauseRun());
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      if (state.view !== 'inspect') return false;
      actions.walk(event.key === 'ArrowRight' ? 1 : -1);
      return true;
    case 'e':
    case 'E':
      if (state.view !== 'inspect' || state.inspect.sampleId === null || state.boot.phase !== 'ready') return false;
      if (state.inspect.on.busy || state.inspect.off.busy) session.cancelExplain();
      else quietly(session.explain());
      return true;
    default:
      return false;
  }
}
