import type { OfflineMessage, Rating } from './facts';

interface RecordText {
  subject: string;
  text: string;
}

/** A rating as the note that agents read. */
export function ratingText({ score, comment, handoffId }: Rating): RecordText {
  const lines = [`Rating: ${score}`];
  if (comment) lines.push(`Comment: ${comment}`);
  if (handoffId !== undefined) lines.push(`Handoff: ${handoffId}`);
  return { subject: handoffId === undefined ? 'Rating of the bot' : 'Rating of the conversation', text: lines.join('\n') };
}

/** A message left by a customer as the task that agents work on. */
export function messageText(message: OfflineMessage, chatActivityId: string | undefined): RecordText {
  const { name, email, phone, text, topic, skill } = message;
  const lines = [`From: ${name}`];
  if (email) lines.push(`E-mail: ${email}`);
  if (phone) lines.push(`Phone: ${phone}`);
  lines.push(`Topic: ${topic}`, `Skill: ${skill}`);
  if (chatActivityId !== undefined) lines.push(`Chat activity: ${chatActivityId}`);
  lines.push('', text);
  return { subject: `Message from ${name}: ${topic}`, text: lines.join('\n') };
}
