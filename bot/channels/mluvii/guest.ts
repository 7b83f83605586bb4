import type { JsonObject } from '../../../common/json';
import { errorCode, type Log } from '../../../common/log';
import { crmMatchesOf } from './decode';
import { Loose } from './looseJson';
import type { Mailbox } from './mailbox';
import type { Facts, Sessions } from './session';
import type { MluviiSettings } from './settings';
import type { CrmMatch, Query, WireCommand } from './wire';

/** Parameters of a session in which the vendor keeps who the guest is. */
export const guestParams = { name: 'oo1_guest_ident', email: 'oo1_guest_email', phone: 'oo1_guest_phone' } as const;

const identityNames = [
  'trackedGuestGuid',
  'phoneCallerId',
  'facebookPSID',
  'facebookPageId',
  'whatsAppContactId',
  'vkContactId',
  'appleContactId',
  'genericChannelId',
];

export interface GuestOptions {
  settings: Pick<MluviiSettings, 'MLUVII_CHATBOT_CRM_MIN_SCORE' | 'MLUVII_CHATBOT_CRM_CREATE'>;
  mailbox: Mailbox;
  sessions: Sessions;
  log: Log;
}

/** Learns who the guest is, so that nobody is asked what mluvii knows. Best effort: what is not told is asked. */
export class Guest {
  constructor(private readonly options: GuestOptions) {}

  /** Asks everything there is to know. Never rejects. */
  async learn(sessionId: string): Promise<void> {
    const { settings } = this.options;
    await Promise.all([
      this.ask(sessionId, { activity: 'GetCallParams' }, (body) => factsOfParams(new Loose(body).texts('callParams'))),
      this.ask(sessionId, { activity: 'GetGuestIdentity' }, factsOfIdentity),
    ]);
    if (settings.MLUVII_CHATBOT_CRM_MIN_SCORE !== undefined) await this.assign(sessionId, settings.MLUVII_CHATBOT_CRM_MIN_SCORE);
  }

  /** Takes over what the guest filled in. */
  async note(sessionId: string, params: Record<string, string>): Promise<void> {
    await this.keep(sessionId, factsOfParams(params));
  }

  private async assign(sessionId: string, minScore: number): Promise<void> {
    let wanted: CrmMatch | null | undefined;
    await this.ask(sessionId, { activity: 'ObtainCrmIdentity' }, (body) => {
      const { assigned, matches } = crmMatchesOf(body);
      const [best] = matches.filter(({ crmIdentityId, score }) => crmIdentityId === assigned || score >= minScore);
      if (assigned === undefined) wanted = best ?? (this.options.settings.MLUVII_CHATBOT_CRM_CREATE ? null : undefined);
      const known = matches.find(({ crmIdentityId }) => crmIdentityId === assigned) ?? best;
      return { ...(assigned !== undefined && { crmIdentityId: assigned }), ...(known && factsOfMatch(known)) };
    });
    if (wanted === undefined) return;
    // `null` adds a contact.
    await this.ask(sessionId, { activity: 'AssignCrmIdentity', existingCrmIdentityId: wanted?.crmIdentityId ?? null }, (body) => {
      const crmIdentityId = new Loose(body).number('crmIdentityId');
      return crmIdentityId === undefined ? {} : { crmIdentityId };
    });
  }

  private async ask(
    sessionId: string,
    command: WireCommand & { activity: Query },
    read: (body: JsonObject) => Facts,
  ): Promise<void> {
    try {
      const body = await this.options.mailbox.ask(sessionId, command);
      if (body) await this.keep(sessionId, read(body));
    } catch (error) {
      this.options.log.warn('the channel did not tell about its guest', { activity: command.activity, code: errorCode(error) });
    }
  }

  private async keep(sessionId: string, facts: Facts): Promise<void> {
    if (Object.keys(facts).length === 0) return;
    await this.options.sessions.change(sessionId, (session) => {
      const identity = { ...session.facts.identity, ...facts.identity };
      const merged = { ...session.facts, ...facts };
      return { ...session, facts: Object.keys(identity).length > 0 ? { ...merged, identity } : merged };
    });
  }
}

function factsOfParams(params: Record<string, string>): Facts {
  const facts: Facts = {};
  for (const member of ['name', 'email', 'phone'] as const) {
    const value = params[guestParams[member]]?.trim();
    if (value) facts[member] = value.slice(0, 254);
  }
  const contactId = contactIn(params['CrmUrl']);
  return contactId === undefined ? facts : { ...facts, contactId };
}

function factsOfIdentity(body: JsonObject): Facts {
  const loose = new Loose(body);
  const known = identityNames.flatMap((name) => {
    const value = loose.text(name);
    return value ? [[name, value.slice(0, 200)] as const] : [];
  });
  const phone = loose.text('phoneCallerId');
  return { ...(known.length > 0 && { identity: Object.fromEntries(known) }), ...(phone && { phone }) };
}

/** What a contact of the directory says, where it says one thing only. */
function factsOfMatch({ crmIdentityId, data }: CrmMatch): Facts {
  const only = (name: string) => (data[name]?.length === 1 ? data[name][0] : undefined);
  const params: Record<string, string> = {};
  for (const name of [...Object.values(guestParams), 'CrmUrl']) {
    const value = only(name);
    if (value !== undefined) params[name] = value;
  }
  return { crmIdentityId, ...factsOfParams(params) };
}

/** The id in a link to a contact of Dynamics. */
function contactIn(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { searchParams } = new URL(url);
  const id = searchParams.get('id')?.replace(/[{}]/g, '').toLowerCase();
  const isContact = searchParams.get('etn') === 'contact';
  return isContact && id !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : undefined;
}
