import type { TurnContext } from 'botbuilder';
import type { CustomerDialogs } from '../dialogs/customerDialogs';
import type { Turn } from '../dialogs/turn';

/** What an activity is answered with. */
export type Job = (turn: Turn) => Promise<void>;

/** The bot whose turns are gone around. */
export interface TurnKeeper {
  dialogs: CustomerDialogs;
  /** Writes the state of the turn so far, for calls outside whose effect must find it. */
  save(turn: Turn): Promise<void>;
}

/** A way of using the bot that does something before, after or instead of what it does with an activity by itself. */
export interface AroundTurns {
  /** `own` is what would be done without; undefined when the activity needs no answer. */
  around(context: TurnContext, own: Job | undefined, bot: TurnKeeper): Job | undefined;
}
