import { isoTime, systemClock } from '../../common/clock';
import type { JsonObject } from '../../common/json';
import type { BotActivity, MessageActivity, NamedActivity } from './activitySchemas';
import type { Catalog } from './catalog';
import type { Conversations } from './conversations';
import type { Groups } from './groups';
import { readable } from './html';
import type { Session, State } from './state';

export interface OfflineEmail {
  sessionId: number;
  at: string;
  subject: string;
  message: string;
  location: string;
}

/** What each activity of the bot does in its session, and what is answered to it later. */
export class BotActivities {
  readonly offlineEmails: OfflineEmail[] = [];

  constructor(
    private readonly state: State,
    private readonly groups: Groups,
    private readonly catalog: Catalog,
    private readonly conversations: Conversations,
    private readonly violate: (violation: string) => void,
  ) {}

  /** Takes effect at once; the response, if there is one, is for the callback. */
  perform(session: Session, activity: BotActivity): JsonObject | undefined {
    if (!('activity' in activity)) {
      this.showMessage(session, activity);
      return undefined;
    }
    return this.query(session, activity) ?? this.act(session, activity);
  }

  private query(session: Session, sent: NamedActivity): JsonObject | undefined {
    switch (sent.activity) {
      case 'GetAvailableOperators': {
        const group = sent.groupId === undefined ? undefined : this.groups.find(sent.groupId);
        const groups = sent.groupId === undefined ? this.groups.matching(session) : group ? [group] : [];
        const operators = this.groups.available(groups);
        return { availableOperators: operators.map(({ userId, name }) => ({ displayName: name, userId })) };
      }
      case 'GetAvailableGroups': {
        const { groupIds } = sent;
        const groups = groupIds ? this.groups.groups.filter(({ id }) => groupIds.includes(id)) : this.groups.matching(session);
        return { availableGroups: groups.map((group) => this.groups.describe(group)) };
      }
      case 'GetCallParams':
        return { callParams: { ...session.callParams } };
      case 'SetCallParams':
        Object.assign(session.callParams, sent.callParams);
        this.state.changed();
        return { success: true };
      case 'GetGuestIdentity':
        return identityOf(session);
      case 'ObtainCrmIdentity':
        return { assignedCrmIdentityId: session.crmIdentityId, matchedCrmIdentities: this.catalog.match(session) };
      case 'AssignCrmIdentity': {
        const known = this.catalog.contacts.some(({ crmIdentityId }) => crmIdentityId === sent.existingCrmIdentityId);
        if (sent.existingCrmIdentityId !== null && !known) return { created: false, reason: 'The contact does not exist' };
        session.crmIdentityId = sent.existingCrmIdentityId ?? this.catalog.create(session);
        return { created: sent.existingCrmIdentityId === null, crmIdentityId: session.crmIdentityId };
      }
      case 'GetHeroCards':
        return { heroCards: this.catalog.heroCardsFor(session) };
      case 'GetMediaObjects':
        return { fileStoreItems: this.catalog.mediaObjects.map((item) => ({ ...item })) };
      default:
        return undefined;
    }
  }

  private act(session: Session, sent: NamedActivity): JsonObject | undefined {
    switch (sent.activity) {
      case 'Text':
        this.say(session, sent.text);
        return undefined;
      case 'RichCardList': {
        const isCarousel = sent.layout === 'Carousel' || sent.layout === 1;
        this.showCards(session, sent.items, isCarousel ? 'carousel' : 'list', '');
        return undefined;
      }
      case 'Typing':
        this.state.add(session, { from: 'bot', kind: 'typing', isOn: sent.show });
        return undefined;
      case 'EnableGuestInput':
      case 'DisableGuestInput': {
        if (session.source !== 'Default') return { success: false, errorMessage: 'Not on this channel' };
        session.isInputOn = sent.activity === 'EnableGuestInput';
        this.state.add(session, { from: 'bot', kind: 'input', isOn: session.isInputOn });
        return { success: true };
      }
      case 'EnableGuestUpload':
      case 'DisableGuestUpload': {
        if (session.source !== 'Default') return { success: false, errorMessage: 'Not on this channel' };
        session.isUploadOn = sent.activity === 'EnableGuestUpload';
        this.state.add(session, { from: 'bot', kind: 'upload', isOn: session.isUploadOn });
        return { success: true };
      }
      case 'ChatbotOpenFileUploadPrompt':
        session.awaitsUpload = true;
        this.state.add(session, { from: 'bot', kind: 'uploadPrompt' });
        return undefined;
      case 'RequestLocation':
        this.state.add(session, { from: 'bot', kind: 'locationRequest', text: readable(sent.text) });
        return undefined;
      case 'SendHeroCard': {
        const card = this.catalog.heroCards.find(({ heroCardId }) => heroCardId === sent.heroCardId);
        if (!card || this.catalog.heroCardsFor(session).length === 0)
          return { success: false, errorMessage: 'The card cannot be used in this session' };
        this.state.add(session, { from: 'bot', kind: 'heroCard', text: card.displayName, params: sent.initialParams ?? {} });
        return { success: true };
      }
      case 'ShareFile': {
        const isKnown = sent.url !== undefined || this.catalog.mediaObjects.some(({ name }) => name === sent.name);
        if (!isKnown) return { isSuccess: false, errorMessage: 'The file does not exist' };
        const source = sent.url ?? sent.name ?? '';
        this.state.add(session, { from: 'bot', kind: 'file', text: source, fileUrl: source });
        return { isSuccess: true, fileSource: source };
      }
      case 'SetTag':
        session.tags.add(sent.name);
        return undefined;
      case 'UnsetTag':
        session.tags.delete(sent.name);
        return undefined;
      case 'SendGuestOfflineEmail': {
        const { subject, message, location } = sent;
        this.offlineEmails.push({ sessionId: session.id, at: isoTime(systemClock.now()), subject, message, location });
        this.state.changed();
        return undefined;
      }
      case 'EndConversation':
        session.givenUpBy = 'EndConversation';
        this.conversations.end(session, 'bot');
        return undefined;
      case 'HandOff':
        this.conversations.handOff(session);
        return undefined;
      case 'Forward':
        this.conversations.forward(session, sent);
        return undefined;
      default:
        return undefined;
    }
  }

  private say(session: Session, html: string): void {
    this.state.add(session, { from: 'bot', kind: 'text', html, text: readable(html) });
  }

  private showMessage(session: Session, { text, attachments, attachmentLayout }: MessageActivity): void {
    if (attachments) this.showCards(session, attachments, attachmentLayout ?? 'list', text ?? '');
    else this.say(session, text ?? '');
  }

  /** Channels that cannot draw cards drop them without a word: the bot has to know. */
  private showCards(
    session: Session,
    attachments: NonNullable<MessageActivity['attachments']>,
    layout: string,
    html: string,
  ): void {
    const buttons = attachments.map(({ content }) => content.buttons?.length ?? 0);
    if (!['Default', 'Facebook'].includes(session.source)) {
      this.violate(`cards do not show on ${session.source}`);
      return;
    }
    if (session.source === 'Facebook' && buttons.some((count) => count > 3)) {
      this.violate('more than three buttons do not show on Facebook');
      return;
    }
    const cards = attachments.map(({ contentType, content }) => ({
      contentType,
      content: JSON.parse(JSON.stringify(content)) as JsonObject,
    }));
    this.state.add(session, { from: 'bot', kind: 'cards', cards, layout, html, text: readable(html) });
  }
}

function identityOf({ id, source, callParams }: Session): JsonObject {
  switch (source) {
    case 'Facebook':
      return { facebookPSID: `psid-${id}`, facebookPageId: 'page-1' };
    case 'WhatsApp':
      return { whatsAppContactId: callParams['oo1_guest_phone'] ?? '420200000001' };
    case 'VK':
      return { vkContactId: `vk-${id}` };
    case 'Apple':
      return { AppleContactId: `apple-${id}` };
    default:
      return { trackedGuestGuid: '0f3c8a52-1b1e-4f6e-9c56-3a1d5f0b7c11' };
  }
}
