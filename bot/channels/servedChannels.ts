import type { TurnContext } from 'botbuilder';
import type { KeyedQueue } from '../../common/keyedQueue';
import type { ChatRecords, Identity, Texts } from '../../dialogs/collaborators';
import type { CustomerData } from '../../dialogs/state';
import type { CommandWords } from '../../dialogs/words';
import type { BotAdapter } from '../adapter';
import { conversationKey } from '../conversationKey';
import type { ServedChannel } from './servedChannel';

/** What the channels are started with. */
export interface ServedHost {
  adapter: Pick<BotAdapter, 'runServedTurn' | 'sendThrough'>;
  /** What the bot does with a turn. */
  runTurn(context: TurnContext): Promise<void>;
  turns: Pick<KeyedQueue, 'run'>;
  isUnavailable(error: unknown): boolean;
  texts: Texts;
  words: Pick<CommandWords, 'match'>;
}

/** All channels that this process serves itself, as the rest of the bot sees them. */
export interface ServedChannels {
  start(host: ServedHost): void;
  stop(): Promise<void>;
  /** Who the customer is in the eyes of the channel: a hint for the record, never a proof. */
  identify(context: TurnContext): Promise<Identity>;
  knows(context: TurnContext): Promise<CustomerData>;
  /** The records, with messages for absent people also left where the channel has a place for them. */
  withMessages(records: ChatRecords): ChatRecords;
}

export function servedChannels(channels: readonly ServedChannel[]): ServedChannels {
  const find = (channelId: string | undefined) => channels.find((channel) => channel.channelId === channelId);
  const facts = async ({ activity }: TurnContext) => (await find(activity.channelId)?.knows(activity.conversation.id)) ?? {};

  return {
    start({ adapter, runTurn, turns, isUnavailable, texts, words }) {
      const host = {
        runTurn: (activity: Parameters<BotAdapter['runServedTurn']>[0]) => adapter.runServedTurn(activity, runTurn),
        sendThrough: (...call: Parameters<BotAdapter['sendThrough']>) => adapter.sendThrough(...call),
        turns,
        isUnavailable,
        text: (key: string, language: string | undefined, params?: Readonly<Record<string, string | number>>) =>
          texts.t(key, texts.resolve(language), params),
        meansCancel: (text: string, language: string | undefined) => words.match(text, texts.resolve(language)) === 'cancel',
      };
      for (const channel of channels) channel.start(host);
    },

    async stop() {
      await Promise.all(channels.map((channel) => channel.stop()));
    },

    async identify(context) {
      const { contactId } = await facts(context);
      return { isAuthenticated: false, ...(contactId !== undefined && { contactId }) };
    },

    async knows(context) {
      const { contactId: _contactId, ...customer } = await facts(context);
      return customer;
    },

    withMessages(records) {
      return {
        ...records,
        async leaveMessage(key, message) {
          const kept = await records.leaveMessage(key, message);
          const channel = channels.find(({ channelId }) =>
            key.startsWith(conversationKey({ channelId, conversation: { id: '' } })),
          );
          await channel?.leaveMessage(key.slice(key.indexOf('|') + 1), message);
          return kept;
        },
      };
    },
  };
}
