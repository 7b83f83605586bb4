import type { LeftMessage } from '../servedChannel';
import type { MluviiSettings } from './settings';
import type { WireCommand } from './wire';

/** A message that was left becomes the e-mail of mluvii's offline form; all that is known goes into its text. */
export function offlineMail(
  { name, email, phone, text, topic }: LeftMessage,
  settings: Pick<MluviiSettings, 'MLUVII_CHATBOT_OFFLINE_SUBJECT' | 'MLUVII_CHATBOT_OFFLINE_LOCATION'>,
): WireCommand {
  const from = [name, email, phone].filter((part) => part !== undefined && part !== '');
  return {
    activity: 'SendGuestOfflineEmail',
    subject: topic === '' ? settings.MLUVII_CHATBOT_OFFLINE_SUBJECT : `${settings.MLUVII_CHATBOT_OFFLINE_SUBJECT}: ${topic}`,
    message: [text, from.join(', ')].filter((part) => part !== '').join('\n\n'),
    location: settings.MLUVII_CHATBOT_OFFLINE_LOCATION,
  };
}
