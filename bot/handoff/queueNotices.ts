import type { Activity, TurnContext } from 'botbuilder';
import type { Clock } from '../../common/clock';
import { errorCode, type Log } from '../../common/log';
import type { Delivery, DeliveryContext } from '../../relay/delivery';
import type { DocumentStore } from '../../store/store';
import { ConnectorError } from '../adapter';
import { abilitiesOf } from '../channels/channelAbilities';

/** After these the next word about the queue belongs below them. */
const newsKinds: ReadonlySet<Delivery['kind']> = new Set(['agentJoined', 'transferred', 'nextRoute', 'ended', 'failed']);

/**
 * The customer's place in the queue as one message that changes, on channels that can change a message. Which message that is
 * stands in the store: the next instance goes on with the same one. Only a crash between sending and noting gives a second line.
 */
export class QueueNotices {
  constructor(
    private readonly documents: Pick<DocumentStore, 'read' | 'write' | 'delete'>,
    private readonly clock: Pick<Clock, 'now'>,
    private readonly log: Log,
  ) {}

  /** Whether a notice is shown by this, and not as a message of its own. */
  handles(delivery: Delivery, channelId: string | undefined): boolean {
    return delivery.kind === 'queued' && abilitiesOf(channelId).updatesMessages;
  }

  /** Shows the place in the queue: in the message that showed the last one, if there is one. Throws `ConnectorError`. */
  async show(turn: TurnContext, activity: Partial<Activity>, { handoffId }: DeliveryContext): Promise<void> {
    const key = keyOf(handoffId);
    const shown = (await this.documents.read([key])).get(key)?.value['activityId'];
    if (typeof shown === 'string' && (await update(turn, { ...activity, id: shown }))) return;
    const sent = await turn.sendActivity(activity);
    if (sent?.id) await this.remember(key, sent.id);
  }

  /** The customer has seen it already: a failure here costs a further line, and must not show this one twice. */
  private async remember(key: string, activityId: string): Promise<void> {
    try {
      await this.documents.write(new Map([[key, { value: { activityId } }]]), this.clock.now());
    } catch (error) {
      this.log.warn('the message with the place in the queue was not noted', { code: errorCode(error) });
    }
  }

  /** To be told of every other delivery before it is shown. Twice is fine. */
  async passed(delivery: Delivery, channelId: string | undefined, { handoffId }: DeliveryContext): Promise<void> {
    if (newsKinds.has(delivery.kind) && abilitiesOf(channelId).updatesMessages) await this.documents.delete([keyOf(handoffId)]);
  }
}

/** False when the message is gone or cannot be changed: it is then said anew. */
async function update(turn: TurnContext, activity: Partial<Activity>): Promise<boolean> {
  try {
    await turn.updateActivity(activity);
    return true;
  } catch (error) {
    if (error instanceof ConnectorError && [400, 404, 405].includes(error.status ?? 0)) return false;
    throw error;
  }
}

function keyOf(handoffId: string): string {
  return `queueNotice/${handoffId}`;
}
