import type { HandoffRequest } from './request';

/** What is known of the customer and the conversation, with the label under which an agent reads it. */
export const factLabels = {
  name: 'Name',
  email: 'Email',
  phone: 'Phone',
  topic: 'Topic',
  skill: 'Skill',
  language: 'Language',
  channel: 'Channel',
  sourcePage: 'Page',
  contactId: 'Contact id',
  chatActivityId: 'Chat activity id',
  handoffId: 'Handoff id',
  verified: 'Signed in',
} as const;

export type Fact = keyof typeof factLabels;

/** Everything that is known, as text; empty when it is not. */
export function factsOf(request: HandoffRequest): Record<Fact, string> {
  const { customer } = request;
  return {
    name: customer.name ?? '',
    email: customer.email ?? '',
    phone: customer.phone ?? '',
    topic: request.topic,
    skill: request.skill,
    language: request.language,
    channel: request.channel,
    sourcePage: request.sourcePageUrl ?? '',
    contactId: customer.contactId ?? '',
    chatActivityId: request.chatActivityId ?? '',
    handoffId: request.id,
    verified: customer.isAuthenticated ? 'yes' : 'no',
  };
}
