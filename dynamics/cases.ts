import type { JsonObject } from '../common/json';
import { isMissing } from './customers';
import type { DataverseGateway } from './gateway';
import { sets } from './names';
import { isGuid } from './query';
import type { CallOptions } from './transport';

export const incidents = 'incidents';

/** Numbers of the option set of a case's origin. */
export const caseOrigins = { phone: 1, email: 2, web: 3 } as const;
export type CaseOrigin = keyof typeof caseOrigins;

export interface Case {
  id: string;
  subject: string;
  isOpen: boolean;
  /** The number people use. */
  number?: string;
  contactId?: string;
}

export interface CaseColumns {
  subject?: string;
  description?: string;
  origin?: CaseOrigin;
  /** 1 (very dissatisfied) to 5 (very satisfied). */
  satisfaction?: number;
}

const columns = ['incidentid', 'title', 'statecode', 'ticketnumber', '_customerid_value'];
const longestTitle = 200;
const longestDescription = 2000;
const mostFound = 10;

/** The cases of Dynamics. Throws `DataverseError`. */
export class Cases {
  constructor(private readonly gateway: DataverseGateway) {}

  /** The case with this id; undefined when there is none, also for what is no id at all. */
  async get(id: string, options?: CallOptions): Promise<Case | undefined> {
    if (!isGuid(id)) return undefined;
    try {
      return toCase(await this.gateway.get({ set: incidents, id }, columns, options));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Cases of a contact, the one changed last first, 10 at most. */
  async ofContact(contactId: string, state: 'open' | 'closed' | 'any', options?: CallOptions): Promise<Case[]> {
    if (!isGuid(contactId)) return [];
    const condition = { open: ' and statecode eq 0', closed: ' and statecode ne 0', any: '' }[state];
    const filter = `_customerid_value eq ${contactId}${condition}`;
    const query = { select: columns, filter, orderBy: 'modifiedon desc', top: mostFound };
    const { rows } = await this.gateway.list(incidents, query, options);
    return rows.map(toCase);
  }

  /** Creates a case of a contact under an id of our choosing. Twice is fine: `existed` leaves the first as it is. */
  create(id: string, contactId: string, values: CaseColumns, options?: CallOptions): Promise<'created' | 'existed'> {
    const row = { ...toRow(values), 'customerid_contact@odata.bind': `/${sets.contacts}(${contactId})` };
    return this.gateway.create({ set: incidents, id }, row, options);
  }

  /** Changes columns of an open case; a resolved one is refused by Dynamics. Twice is fine. */
  async update(id: string, values: CaseColumns, options?: CallOptions): Promise<void> {
    const row = toRow(values);
    if (Object.keys(row).length > 0) await this.gateway.update({ set: incidents, id }, row, options);
  }
}

function toRow({ subject, description, origin, satisfaction }: CaseColumns): JsonObject {
  return {
    ...(subject !== undefined && { title: cut(subject, longestTitle) }),
    ...(description !== undefined && { description: cut(description, longestDescription) }),
    ...(origin !== undefined && { caseorigincode: caseOrigins[origin] }),
    ...(satisfaction !== undefined && { customersatisfactioncode: satisfaction }),
  };
}

function toCase(row: JsonObject): Case {
  const text = (name: string) => (typeof row[name] === 'string' ? row[name] : undefined);
  const number = text('ticketnumber');
  const contactId = text('_customerid_value');
  return {
    id: text('incidentid') ?? '',
    subject: text('title') ?? '',
    isOpen: row['statecode'] === 0,
    ...(number !== undefined && { number }),
    ...(contactId !== undefined && { contactId }),
  };
}

/** Cuts between characters, so that no half of an emoji is left. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(most - 2)) ? most - 2 : most - 1;
  return `${text.slice(0, end)}…`;
}
