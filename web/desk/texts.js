export const stateNames = { waiting: 'Waiting', active: 'Active', paused: 'Put aside', ended: 'Ended' };

export function quickReplies(agentName) {
  return [
    `Hello, I am ${agentName}. How can I help?`,
    'One moment please, I am looking it up.',
    'Could you tell me a little more about that?',
    'Is there anything else I can do for you?',
  ];
}

/** Who said an entry, as shown above it. */
export function authorOf(chat, entry) {
  if (entry.from === 'customer') return entry.name ?? nameOf(chat);
  if (entry.from === 'agent') return entry.name ?? chat.agentName ?? 'Agent';
  return entry.from === 'bot' ? (entry.name ?? 'Bot') : '';
}

export function nameOf(chat) {
  return chat.customerName.trim() || 'Customer without a name';
}

/** Desks know their queues by id; people by name. */
export function queueName(desk, chat) {
  return desk?.queues.find(({ id }) => id === chat.queue)?.name ?? chat.queue;
}

const enders = { customer: 'the customer', agent: 'the agent', bot: 'the bot', system: 'the desk', desk: 'the desk' };

export function endedText(chat) {
  return chat.endedBy ? `This chat was ended by ${enders[chat.endedBy] ?? chat.endedBy}.` : 'This chat has ended.';
}

export const pausedText = 'This chat is put aside. It waits again as soon as the customer writes.';
