import { isoTime, systemClock } from '../../common/clock';
import type { Conversations } from './conversations';
import type { Entry, Session, State } from './state';

/** A guest on one of mluvii's own channels, as a test or the demo plays one. */
export interface MluviiGuest {
  readonly sessionId: number;
  /** Goes to the bot, or to the operator once one has the session. Resolves once it was taken. */
  say(text: string): Promise<void>;
  /** Clicks a button: its value comes as a text. */
  click(value: string | number): Promise<void>;
  /** Confirms a hero card; the values become call parameters. */
  submit(params: Record<string, string>): Promise<void>;
  /** A quick answer as WhatsApp has it. */
  quickReply(text: string, replyToActivityId: number, additionalParams?: Record<string, string[]>): Promise<void>;
  locate(latitude: number, longitude: number): Promise<void>;
  /** By the paper clip, or into the prompt if the bot opened one. */
  upload(fileUrl: string): Promise<void>;
  /** Closes the prompt the bot opened. */
  cancelUpload(): Promise<void>;
  leave(): Promise<void>;
  /** All that was said and shown, oldest first. */
  seen(): Entry[];
  /** Resolves with the first thing shown that fulfils the condition; fails after ten seconds. */
  sees(condition: (entry: Entry) => boolean): Promise<Entry>;
  /** Who has the session now. */
  place(): Session['place'];
  callParams(): Record<string, string>;
}

export interface GuestOptions {
  /** Default `en`. */
  language?: string;
  /** Default `Default`, which is web chat. */
  source?: string;
  callParams?: Record<string, string>;
}

/** Starts a session as a guest; resolves when the bot (or an operator's queue) has it. */
export async function startGuest(state: State, conversations: Conversations, options: GuestOptions): Promise<MluviiGuest> {
  const { language = 'en', source = 'Default', callParams = {} } = options;
  const session = await conversations.start({ language, source, callParams: { ...callParams } });
  const told = async (activity: string, members: Record<string, never> | Parameters<Conversations['tell']>[2]) => {
    if (session.place === 'bot') await conversations.tell(session, activity, members);
  };
  const time = () => isoTime(systemClock.now()).replace('Z', '');
  const open = () => {
    if (session.place === 'ended') throw new Error('the session is over');
  };
  const say = async (text: string) => {
    open();
    if (session.place === 'bot' && !session.isInputOn) throw new Error('the bot has hidden the input field');
    state.add(session, { from: 'guest', kind: 'text', text });
    await told('Text', { text, timestamp: time() });
  };

  return {
    sessionId: session.id,
    say,
    async click(value) {
      open();
      state.add(session, { from: 'guest', kind: 'text', text: String(value) });
      await told('Text', { text: String(value), timestamp: time() });
    },
    async submit(params) {
      open();
      Object.assign(session.callParams, params);
      state.add(session, { from: 'guest', kind: 'submission', params });
      await told('HeroCardSubmission', { params });
    },
    async quickReply(text, replyToActivityId, additionalParams = {}) {
      open();
      state.add(session, { from: 'guest', kind: 'text', text });
      await told('HeroCardQuickReply', { text, replyToActivityId, additionalParams });
    },
    async locate(latitude, longitude) {
      open();
      state.add(session, { from: 'guest', kind: 'location', text: `${latitude}, ${longitude}` });
      await told('GuestLocation', { latitude, longitude });
    },
    async upload(fileUrl) {
      open();
      const answersPrompt = session.awaitsUpload;
      if (!answersPrompt && !session.isUploadOn) throw new Error('the bot has switched the upload off');
      session.awaitsUpload = false;
      state.add(session, { from: 'guest', kind: 'file', text: fileUrl, fileUrl });
      if (answersPrompt) await told('ChatbotOpenFileUploadPromptResponse', { fileUrl, canceledByGuest: false });
      else await told('GuestFileUpload', { fileUrl });
    },
    async cancelUpload() {
      if (!session.awaitsUpload) throw new Error('the bot has opened no prompt');
      session.awaitsUpload = false;
      await told('ChatbotOpenFileUploadPromptResponse', { fileUrl: null, canceledByGuest: true });
    },
    async leave() {
      conversations.end(session, 'guest');
    },
    seen: () => [...session.entries],
    sees: (condition) => state.until(() => session.entries.find(condition)),
    place: () => session.place,
    callParams: () => ({ ...session.callParams }),
  };
}
