import { systemClock } from '../../common/clock';
import type { ReadRequest } from '../request';
import { readActivity } from './activitySchemas';
import type { Answer } from './answer';
import type { BotActivities } from './botActivities';
import type { Conversations } from './conversations';
import { credentials } from './options';
import type { Session, State } from './state';

const MINUTE_IN_MS = 60_000;
const PER_MINUTE = 120;

/** `POST /api/v1/Chatbot/{id}/activity`, with every rule the documents have for it. */
export class ChatbotApi {
  constructor(
    private readonly state: State,
    private readonly activities: BotActivities,
    private readonly conversations: Conversations,
    private readonly violate: (violation: string) => void,
  ) {}

  handle(request: ReadRequest, chatbotId: string): Answer {
    if (chatbotId !== String(credentials.chatbot.id)) return this.refuse(404, `there is no chatbot ${chatbotId}`);
    if (!(request.headers['content-type'] ?? '').startsWith('application/json'))
      return this.refuse(415, 'an activity is not sent as application/json');
    const read = readActivity(request.json);
    if ('problem' in read) return this.refuse(400, `an activity is not valid: ${read.problem}`);
    const { activity } = read;
    const session = this.state.sessions.get(activity.sessionId);
    if (!session || session.conversationId !== undefined) return this.refuse(404, 'there is no such session of the chatbot');
    if (session.place !== 'bot') {
      // The guest may have left this very moment; what the bot itself gave up it must leave alone.
      // Asking whether the session is still there is how a bot finds out about a HandOff whose answer was lost.
      const isProbe = 'activity' in activity && activity.activity === 'GetCallParams';
      if (session.givenUpBy !== undefined && !isProbe) this.violate(`an activity was sent after ${session.givenUpBy}`);
      return { status: 404, json: { message: 'The session is not assigned to the chatbot' } };
    }
    if (!this.mayPass(session)) return this.refuse(429, 'more than 120 activities were sent in a minute');
    if ('activity' in activity && activity.activity === 'Forward' && !this.conversations.canForward(activity))
      return this.refuse(400, 'Forward names a group or an operator that does not exist');
    const response = this.activities.perform(session, activity);
    if (response && 'activity' in activity) this.conversations.respond(session, activity.activity, response);
    return { status: 200 };
  }

  private mayPass(session: Session): boolean {
    const now = systemClock.monotonic();
    session.sentAt = session.sentAt.filter((at) => now - at < MINUTE_IN_MS);
    if (session.sentAt.length >= PER_MINUTE) return false;
    session.sentAt.push(now);
    return true;
  }

  private refuse(status: number, violation: string): Answer {
    this.violate(violation);
    return { status, json: { message: violation } };
  }
}
