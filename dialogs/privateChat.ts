import { heroCardType } from '../cards/articleCarousel';
import { send, type Turn, text } from './turn';

/**
 * What somebody tells a person is not for everybody in the room: forms and handoffs are declined there, with the way to a
 * chat of one's own.
 */
export async function inviteToPrivateChat(turn: Turn): Promise<void> {
  const { recipient, channelId } = turn.context.activity;
  const words = text(turn, 'group.private');
  if (channelId !== 'msteams' || !recipient?.id) return send(turn, { text: words });
  const url = `https://teams.microsoft.com/l/chat/0/0?users=${encodeURIComponent(recipient.id)}`;
  const content = { text: words, buttons: [{ type: 'openUrl', title: text(turn, 'group.openChat'), value: url }] };
  await send(turn, { attachments: [{ contentType: heroCardType, content }] });
}
