import type { JsonObject } from '../common/json';
import { isMissing } from './customers';
import type { DataverseGateway } from './gateway';
import { contactBinds } from './ledger/rows';
import { type EnvironmentNames, sets } from './names';
import { isGuid, wholeSeconds } from './query';
import type { CallOptions } from './transport';

/** A chat activity as other systems see it. */
export interface BotChat {
  id: string;
  subject: string;
  isOpen: boolean;
  contactId?: string;
}

// The customer is also what the activity regards, and that column has the same name in every environment.
const columns = ['activityid', 'subject', 'statecode', '_regardingobjectid_value'];

/** The chat activities that the bot writes, for reading by others. Throws `DataverseError`. */
export class BotChats {
  constructor(
    private readonly gateway: DataverseGateway,
    private readonly names: EnvironmentNames,
  ) {}

  /** The chat activity with this id; undefined when there is none (or not yet), also for what is no id at all. */
  async get(id: string, options?: CallOptions): Promise<BotChat | undefined> {
    if (!isGuid(id)) return undefined;
    try {
      return toChat(await this.gateway.get({ set: sets.chatActivities, id }, columns, options));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The open chat of a contact that began last, not before `since` (milliseconds since 1970). */
  async openOf(contactId: string, since: number, options?: CallOptions): Promise<BotChat | undefined> {
    if (!isGuid(contactId)) return undefined;
    const filter = `_regardingobjectid_value eq ${contactId} and statecode eq 0 and cxlvhlp_chatstarttime ge ${wholeSeconds(since)}`;
    const query = { select: columns, filter, orderBy: 'cxlvhlp_chatstarttime desc', top: 1 };
    const [row] = (await this.gateway.list(sets.chatActivities, query, options)).rows;
    return row && toChat(row);
  }

  /** Names the customer of a chat that has none yet. Twice is fine. */
  linkCustomer(id: string, contactId: string, options?: CallOptions): Promise<void> {
    return this.gateway.update({ set: sets.chatActivities, id }, contactBinds(contactId, this.names), options);
  }
}

function toChat(row: JsonObject): BotChat {
  const { activityid, subject, statecode, _regardingobjectid_value: contactId } = row;
  return {
    id: String(activityid),
    subject: typeof subject === 'string' ? subject : '',
    isOpen: statecode === 0,
    ...(typeof contactId === 'string' && { contactId }),
  };
}
