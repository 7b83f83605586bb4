import { type Call, Refusal, respond } from '../http';
import type { Conversation, Entry } from './conversation';
import { endUser } from './endUser';
import { bodyOf } from './http';
import type { Org } from './org';
import { createSchema, guestTokenSchema, userTokenSchema } from './schemas';

const mostListed = 50;
const usuallyListed = 20;

/** Tokens, and conversations as a whole: create, look at, end, close. */
export class ConversationResources {
  constructor(private readonly org: Org) {}

  guestToken(call: Call): void {
    this.checkDeployment(bodyOf(call, guestTokenSchema));
    this.answerToken(call, this.org.tokens.guest());
  }

  userToken(call: Call): void {
    const body = bodyOf(call, userTokenSchema);
    this.checkDeployment(body);
    this.answerToken(call, this.org.tokens.user(body.customerIdentityToken));
  }

  create(call: Call, subject: string): void {
    const { conversationId, esDeveloperName, routingAttributes } = bodyOf(call, createSchema);
    if (esDeveloperName !== this.org.options.deployment) throw new Refusal(400, 'esDeveloperName is not this deployment');
    this.org.create(conversationId, subject, routingAttributes ?? {});
    respond(call.response, 201, { conversationId });
  }

  status(call: Call, conversation: Conversation): void {
    respond(call.response, 200, { conversationId: conversation.id, routingStatus: conversation.routingStatus });
  }

  entries(call: Call, conversation: Conversation): void {
    const { query } = call;
    const limit = Number(query.get('limit') ?? usuallyListed);
    if (!Number.isInteger(limit) || limit < 1 || limit > mostListed) throw new Refusal(400, `limit has to be 1 to ${mostListed}`);
    const direction = query.get('direction') ?? 'FromEnd';
    if (direction !== 'FromEnd' && direction !== 'FromStart') throw new Refusal(400, 'direction is FromEnd or FromStart');
    const types = query.get('entryTypeFilter')?.split(',');
    const from = timeOf(query, 'startTimestamp') ?? 0;
    const until = timeOf(query, 'endTimestamp') ?? Number.POSITIVE_INFINITY;
    const fits = (entry: Entry) =>
      (types?.includes(entry.entryType) ?? true) && entry.transcriptedTimestamp >= from && entry.transcriptedTimestamp <= until;
    const fitting = conversation.entries.filter(fits);
    const listed = direction === 'FromStart' ? fitting.slice(0, limit) : fitting.slice(-limit).toReversed();
    respond(call.response, 200, { conversationEntries: listed.map((entry) => ({ ...entry })) });
  }

  endSession(call: Call, conversation: Conversation): void {
    this.checkOwner(call);
    this.org.endSession(conversation, 'customer');
    respond(call.response, 204);
  }

  close(call: Call, conversation: Conversation): void {
    this.checkOwner(call);
    this.org.endSession(conversation, 'customer');
    conversation.isClosed = true;
    conversation.session = 'ended';
    conversation.endedBy ??= 'customer';
    this.org.record(conversation, 'CloseConversation', 'CONVERSATION_CLOSE_CONVERSATION', endUser(conversation), {});
    this.org.changed();
    respond(call.response, 204);
  }

  private answerToken(call: Call, token: { text: string; subject: string }): void {
    respond(call.response, 200, {
      accessToken: token.text,
      lastEventId: '0',
      context: { deviceId: null, endUser: { subject: token.subject }, configuration: {} },
    });
  }

  private checkDeployment({ orgId, esDeveloperName }: { orgId: string; esDeveloperName: string }): void {
    const { organizationId, deployment } = this.org.options;
    if (orgId !== organizationId && orgId !== organizationId.slice(0, 15))
      throw new Refusal(400, 'orgId is not this organization');
    if (esDeveloperName !== deployment) throw new Refusal(400, 'esDeveloperName must belong to a deployment type set to api');
  }

  private checkOwner(call: Call): void {
    if (call.query.get('esDeveloperName') !== this.org.options.deployment)
      throw new Refusal(400, 'esDeveloperName is missing or wrong');
  }
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/^\d+$/.test(text)) throw new Refusal(400, `${name} has to be in milliseconds`);
  return Number(text);
}
