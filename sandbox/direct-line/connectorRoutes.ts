import type { Clock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { Conversations } from './conversations';
import { answer, DirectLineError, type Exchange, readObject } from './exchange';

export interface ConnectorRoutesOptions {
  conversations: Conversations;
  clock: Clock;
  bot: { id: string; name: string };
}

/** The operations the bot uses (`/v3/conversations/…`); its `serviceUrl` points here. */
export class ConnectorRoutes {
  constructor(private readonly options: ConnectorRoutesOptions) {}

  async handle({ request, response, path }: Exchange): Promise<void> {
    const { conversations } = this.options;
    const conversationId = decodeURIComponent(path[0] ?? '');
    const conversation = conversations.get(conversationId);
    const [, kind, rawId, last] = path;
    const id = rawId === undefined ? undefined : decodeURIComponent(rawId);
    const call = `${request.method} ${kind ?? ''}${id === undefined ? '' : '/{id}'}${last === undefined ? '' : `/${last}`}`;
    switch (call) {
      case 'POST activities':
      case 'POST activities/{id}': {
        const activity = this.complete(conversationId, await readObject(request), conversation.nextActivityId(), id);
        conversation.publish(activity, this.options.clock.now());
        return answer(response, 200, { id: activity['id'] });
      }
      case 'PUT activities/{id}': {
        const known = conversation.find(id ?? '');
        if (!known) throw new DirectLineError(404, 'ActivityNotFound', 'There is no such activity.');
        const update = this.complete(conversationId, await readObject(request), id ?? '', undefined);
        conversation.publish(
          { ...update, timestamp: known['timestamp'] ?? update['timestamp'] ?? null },
          this.options.clock.now(),
        );
        return answer(response, 200, { id: id ?? '' });
      }
      case 'DELETE activities/{id}':
        if (!conversation.remove(id ?? '')) throw new DirectLineError(404, 'ActivityNotFound', 'There is no such activity.');
        conversations.noteDeleted(conversationId, id ?? '');
        return answer(response, 200, {});
      case 'GET members':
      case 'GET activities/{id}/members':
        return answer(response, 200, this.members(conversation));
      case 'GET pagedmembers':
        return answer(response, 200, { members: this.members(conversation) });
      case 'GET members/{id}': {
        const member = this.members(conversation).find((candidate) => candidate['id'] === id);
        if (!member) throw new DirectLineError(404, 'MemberNotFound', 'There is no such member.');
        return answer(response, 200, member);
      }
      default:
        throw new DirectLineError(404, 'NotFound', 'There is no such operation.');
    }
  }

  private complete(conversationId: string, sent: JsonObject, id: string, replyToId: string | undefined): JsonObject {
    if (typeof sent['type'] !== 'string' || sent['type'] === '')
      throw new DirectLineError(400, 'MissingProperty', 'The activity has no type.');
    return {
      ...sent,
      id,
      ...(replyToId !== undefined && { replyToId }),
      channelId: 'directline',
      timestamp: new Date(this.options.clock.now()).toISOString(),
      conversation: { id: conversationId },
      from: { ...this.options.bot, ...(sent['from'] as JsonObject | undefined), role: 'bot' },
    };
  }

  private members(conversation: { userId: string; userName: string | undefined }): JsonObject[] {
    return [{ ...this.options.bot }, { id: conversation.userId, ...(conversation.userName && { name: conversation.userName }) }];
  }
}
