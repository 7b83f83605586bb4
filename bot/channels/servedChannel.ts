import type { Activity, ResourceResponse, TurnContext } from 'botbuilder';
import type { KeyedQueue } from '../../common/keyedQueue';
import type { CustomerData } from '../../dialogs/state';
import type { AddRoute } from '../server/addRoute';

/** What the bot does for a channel that this process serves itself. */
export interface ChannelHost {
  /** Runs a turn through the whole pipeline, as for any other channel. */
  runTurn(activity: Activity): Promise<void>;
  /** Sends as the bot in a conversation of another channel, past the pipeline. */
  sendThrough(reference: JsonReference, activity: Partial<Activity>): Promise<void>;
  /** Brings the turns of one conversation in a row, over all instances. */
  turns: Pick<KeyedQueue, 'run'>;
  /** Whether a failed turn means that the store cannot be reached. */
  isUnavailable(error: unknown): boolean;
  /** A text of the product's. */
  text(key: string, language: string | undefined, params?: Readonly<Record<string, string | number>>): string;
  /** Whether the whole text means that the customer wants to break off what was asked. */
  meansCancel(text: string, language: string | undefined): boolean;
}

/** A conversation reference as it is stored. */
export type JsonReference = Parameters<typeof TurnContext.applyConversationReference>[1];

/** A customer's message that was taken because nobody is there. */
export interface LeftMessage {
  name: string;
  email?: string;
  phone?: string;
  text: string;
  topic: string;
}

/** Where in the store a channel keeps what belongs to one conversation. */
export interface ChannelPlaces {
  documentKeys: string[];
  taskGroups: string[];
}

/**
 * A customer's channel that is no channel of the Bot Framework: this process takes its calls, makes activities of them and
 * sends the bot's activities in the channel's own words.
 */
export interface ServedChannel {
  readonly channelId: string;
  /** Adds the addresses the channel calls. */
  addRoutes(add: AddRoute): void;
  /** Takes up what an earlier process left. Before it nothing that came is carried out. */
  start(host: ChannelHost): void;
  /** Lets what is under way finish. Twice is fine. */
  stop(): Promise<void>;
  /**
   * An activity of another channel that is really ours, translated; `handled` when there is nothing for the bot in it, and
   * `undefined` when it is not ours.
   */
  adopt(activity: Activity): Promise<Activity | 'handled' | undefined>;
  /** Sends the bot's activities. Throws `ConnectorError`. */
  send(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]>;
  /** What of a conversation it keeps itself, so that it can be erased. */
  placesOf(conversationId: string): ChannelPlaces;
  /** What the channel says about the customer of a conversation, none of it proven. */
  knows(conversationId: string): Promise<CustomerData & { contactId?: string }>;
  /** Passes a message on for which nobody was there. Resolves when that is written down. Twice is fine. */
  leaveMessage(conversationId: string, message: LeftMessage): Promise<void>;
}
