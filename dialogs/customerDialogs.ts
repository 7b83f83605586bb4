import { type Dialog, DialogContext, DialogSet } from './botDialogs';
import type { Turn } from './turn';

/**
 * The dialogs that take more than one turn. Plain questions never get here, because even an idle dialog set costs a
 * millisecond a turn; `isActive` is a look at the state.
 */
export class CustomerDialogs {
  private readonly dialogs = new DialogSet();

  constructor(dialogs: readonly Dialog[]) {
    for (const dialog of dialogs) this.dialogs.add(dialog);
  }

  isActive(turn: Turn): boolean {
    return (turn.data.dialogs?.dialogStack.length ?? 0) > 0;
  }

  /** The id of the dialog under way. */
  activeId(turn: Turn): string | undefined {
    return turn.data.dialogs?.dialogStack.at(-1)?.id;
  }

  /** Begins a dialog in place of the one under way, if any. */
  async begin(turn: Turn, id: string, options: object): Promise<void> {
    turn.data.dialogs = { dialogStack: [] };
    await this.context(turn).beginDialog(id, options);
    this.tidy(turn);
  }

  /** Gives the turn to the dialog under way; it may pass it on with `isPassedOn`. */
  async continueActive(turn: Turn): Promise<void> {
    await this.context(turn).continueDialog();
    this.tidy(turn);
  }

  /** Drops the dialog under way. */
  cancel(turn: Turn): void {
    delete turn.data.dialogs;
  }

  private context(turn: Turn): DialogContext {
    turn.data.dialogs ??= { dialogStack: [] };
    return new DialogContext(this.dialogs, turn.context, turn.data.dialogs);
  }

  private tidy(turn: Turn): void {
    if (!this.isActive(turn)) delete turn.data.dialogs;
  }
}
