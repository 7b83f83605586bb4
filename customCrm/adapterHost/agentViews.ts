import { Parameters } from '../containers/parameters';
import type { CrmDependencies } from '../dependencies';
import { accountOf, phoneOf, search } from '../endpoints/accounts';
import { findTarget } from '../endpoints/target';
import { recordLink } from '../lookup/recordLinks';
import { CrmProblem } from '../problem';

export interface AgentViewsOptions {
  /** Address of a record in Dynamics, with {table}, {set} and {id}. */
  recordTemplate: string;
}

/** A record on an agent's page. */
export interface RecordView {
  id: string;
  kind: 'case' | 'chat';
  subject: string;
  status: 'open' | 'closed';
  url: string;
}

/** What a lookup URL leads to: the customer, when there is exactly one, and what is open for them. */
export interface LookupView {
  account?: { id: string; name: string; phone?: string; email?: string; url: string };
  records: RecordView[];
}

/** What the bot knows of a chat of the contact center. */
export interface ChatView {
  isFromBot: boolean;
  state?: string;
  topic?: string;
  channel?: string;
  requestedAt?: string;
  /** Whether Dynamics has the chat's record already. */
  record?: RecordView;
}

/** What agents' pages show, read from the bot and from Dynamics when they ask. Throws `CrmProblem` and `DataverseError`. */
export class AgentViews {
  constructor(
    private readonly dependencies: CrmDependencies,
    private readonly options: AgentViewsOptions,
  ) {}

  /** The customer a lookup URL means, by phone number, customer id or e-mail; raw values and encoded ones alike. */
  async lookup(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<LookupView> {
    const parameters = new Parameters({ ...query });
    const id = parameters.text('accountId');
    const phone = parameters.text('ani', 'phoneNumber', 'phone');
    const identifier = parameters.text('cuid', 'customUid', 'identifier');
    const email = parameters.text('email')?.trim().replaceAll(' ', '+');
    const criteria = {
      ...(id !== undefined && { id }),
      ...(phone !== undefined && { phone }),
      ...(identifier !== undefined && { identifier }),
      ...(email !== undefined && { email }),
    };
    const customer = await search(criteria, this.dependencies, { signal });
    if (!customer) return { records: [] };
    const { cases, chats, clock, countryCode } = this.dependencies;
    const [chat, open] = await Promise.all([
      chats.openOf(customer.id, clock.now() - 24 * 60 * 60_000, { signal }),
      cases.ofContact(customer.id, 'open', { signal }),
    ]);
    const shownPhone = phoneOf(customer, countryCode);
    const url = this.link('account', customer.id);
    return {
      account: {
        ...accountOf(customer, this.dependencies),
        id: customer.id,
        name: customer.name,
        url,
        ...(shownPhone && { phone: shownPhone }),
      },
      records: [
        ...(chat ? [this.record({ ...chat, kind: 'chat' })] : []),
        ...open.map((one) => this.record({ ...one, kind: 'case' })),
      ],
    };
  }

  /** One record. Throws `CrmProblem` `notFound`. */
  async find(id: string, signal: AbortSignal): Promise<RecordView & { account?: LookupView['account'] }> {
    const target = await findTarget(id, this.dependencies, { signal });
    if (!target) throw new CrmProblem('notFound', 'there is no such record');
    const customer =
      target.contactId === undefined ? undefined : await this.dependencies.customers.get(target.contactId, { signal });
    const record = this.record(target);
    if (!customer) return record;
    return { ...record, account: { id: customer.id, name: customer.name, url: this.link('account', customer.id) } };
  }

  /** What the bot knows of a chat of the contact center, for the agent who picks it up. */
  async chat(chatId: string, signal: AbortSignal): Promise<ChatView> {
    const conversation = await this.dependencies.conversations.findByChat(chatId);
    if (!conversation) return { isFromBot: false };
    const { chatActivityId, state, topic, channel, requestedAt } = conversation;
    const chat = chatActivityId === undefined ? undefined : await this.dependencies.chats.get(chatActivityId, { signal });
    const about = { isFromBot: true, state, topic, channel, requestedAt };
    return chat ? { ...about, record: this.record({ ...chat, kind: 'chat' }) } : about;
  }

  private record({
    id,
    kind,
    subject,
    isOpen,
  }: {
    id: string;
    kind: 'case' | 'chat';
    subject: string;
    isOpen: boolean;
  }): RecordView {
    return { id, kind, subject, status: isOpen ? 'open' : 'closed', url: this.link(kind, id) };
  }

  private link(kind: 'account' | 'case' | 'chat', id: string): string {
    return recordLink(this.options.recordTemplate, kind, id);
  }
}
