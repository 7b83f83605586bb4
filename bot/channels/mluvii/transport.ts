import type { Session } from './session';
import type { WireActivity } from './wire';

/** A way to mluvii. Nothing is retried inside but a call whose token was not good. */
export interface Transport {
  /** Resolves when mluvii took it. Throws `ConnectorError`. */
  send(sessionId: string, session: Session, activity: WireActivity): Promise<void>;
}
