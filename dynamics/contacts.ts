import { errorCode, type Log } from '../common/log';
import type { DataverseGateway } from './gateway';
import { sets } from './names';
import { textLiteral } from './query';

export interface Contact {
  id: string;
  name?: string;
}

const timeoutInMs = 3_000;
const longestEmail = 100;

/** Finds customers among the contacts of Dynamics. */
export class Contacts {
  constructor(
    private readonly gateway: DataverseGateway,
    private readonly log: Log,
  ) {}

  /**
   * The active contact with this e-mail address. Undefined when there is none or more than one, when it is no address, and when
   * Dynamics does not answer within 3 seconds: a chat goes on without knowing its customer.
   */
  async findByEmail(email: string, signal?: AbortSignal): Promise<Contact | undefined> {
    const address = email.trim();
    if (address.length > longestEmail || !/^[^\s@]+@[^\s@]+$/.test(address)) return undefined;
    const query = {
      select: ['contactid', 'fullname'],
      filter: `emailaddress1 eq ${textLiteral(address)} and statecode eq 0`,
      top: 2,
    };
    try {
      const { rows } = await this.gateway.list(sets.contacts, query, { timeoutInMs, ...(signal && { signal }) });
      const [row] = rows;
      if (rows.length !== 1 || !row || typeof row['contactid'] !== 'string') return undefined;
      return { id: row['contactid'], ...(typeof row['fullname'] === 'string' && { name: row['fullname'] }) };
    } catch (error) {
      this.log.warn('The customer could not be looked up in Dynamics', { code: errorCode(error) });
      return undefined;
    }
  }
}
