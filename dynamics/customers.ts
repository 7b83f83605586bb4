import type { JsonObject } from '../common/json';
import { DataverseError } from './dataverseError';
import type { DataverseGateway } from './gateway';
import { sets } from './names';
import { isGuid, textLiteral } from './query';
import type { CallOptions } from './transport';

/** A contact as other systems know it. */
export interface Customer {
  id: string;
  name: string;
  email?: string;
  /** As it was typed in; never normalized. */
  phones: string[];
  /** The id other systems know the customer by. */
  identifier?: string;
}

export interface NewCustomer {
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  identifier?: string;
}

/** What to look for; a contact that has any of it is found. */
export interface CustomerCriteria {
  identifier?: string;
  email?: string;
  /** Digits that stand in the number in this order, whatever is between them. */
  phoneDigits?: string;
}

const phoneColumns = ['telephone1', 'mobilephone', 'telephone2'] as const;
const mostFound = 25;
const longest = { name: 50, email: 100, phone: 50, identifier: 50 };

/** Customers among the contacts of Dynamics, for systems that look them up and add new ones. Throws `DataverseError`. */
export class Customers {
  private readonly columns: string[];

  constructor(
    private readonly gateway: DataverseGateway,
    /** Column that holds the id other systems know the contact by. */
    private readonly identifierColumn: string,
  ) {
    this.columns = ['contactid', 'fullname', 'emailaddress1', ...phoneColumns, identifierColumn];
  }

  /** The contact with this id; undefined when there is none, also for what is no id at all. */
  async get(id: string, options?: CallOptions): Promise<Customer | undefined> {
    if (!isGuid(id)) return undefined;
    try {
      return this.toCustomer(await this.gateway.get({ set: sets.contacts, id }, this.columns, options));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Active contacts that have any of this, oldest first, 25 at most. */
  async search(criteria: CustomerCriteria, options?: CallOptions): Promise<Customer[]> {
    const conditions: string[] = [];
    if (criteria.identifier !== undefined)
      conditions.push(`${this.identifierColumn} eq ${textLiteral(cut(criteria.identifier, longest.identifier))}`);
    if (criteria.email !== undefined && criteria.email.length <= longest.email)
      conditions.push(`emailaddress1 eq ${textLiteral(criteria.email)}`);
    if (criteria.phoneDigits !== undefined && /^\d{4,}$/.test(criteria.phoneDigits)) {
      // Numbers are kept as people typed them, so the filter allows anything between the digits (% is a wildcard there).
      const pattern = textLiteral([...criteria.phoneDigits].join('%'));
      conditions.push(...phoneColumns.map((column) => `contains(${column},${pattern})`));
    }
    if (conditions.length === 0) return [];
    const filter = `statecode eq 0 and (${conditions.join(' or ')})`;
    const query = { select: this.columns, filter, orderBy: 'createdon asc', top: mostFound };
    const { rows } = await this.gateway.list(sets.contacts, query, options);
    return rows.map((row) => this.toCustomer(row));
  }

  /** Creates a contact under an id of our choosing. Twice is fine: `existed` leaves the first as it is. */
  create(id: string, customer: NewCustomer, options?: CallOptions): Promise<'created' | 'existed'> {
    const { firstName, lastName, email, phone, identifier } = customer;
    const values: JsonObject = {
      ...(firstName !== undefined && { firstname: cut(firstName, longest.name) }),
      ...(lastName !== undefined && { lastname: cut(lastName, longest.name) }),
      ...(email !== undefined && email.length <= longest.email && { emailaddress1: email }),
      ...(phone !== undefined && { telephone1: cut(phone, longest.phone) }),
      ...(identifier !== undefined && { [this.identifierColumn]: cut(identifier, longest.identifier) }),
    };
    return this.gateway.create({ set: sets.contacts, id }, values, options);
  }

  /** Notes the id other systems know the contact by. Twice is fine. */
  setIdentifier(id: string, identifier: string, options?: CallOptions): Promise<void> {
    const values = { [this.identifierColumn]: cut(identifier, longest.identifier) };
    return this.gateway.update({ set: sets.contacts, id }, values, options);
  }

  private toCustomer(row: JsonObject): Customer {
    const text = (name: string) => (typeof row[name] === 'string' && row[name] !== '' ? row[name] : undefined);
    const email = text('emailaddress1');
    const identifier = text(this.identifierColumn);
    return {
      id: text('contactid') ?? '',
      name: text('fullname') ?? '',
      phones: phoneColumns.flatMap((column) => text(column) ?? []),
      ...(email !== undefined && { email }),
      ...(identifier !== undefined && { identifier }),
    };
  }
}

/** Whether Dynamics says that there is no such row. */
export function isMissing(error: unknown): boolean {
  return error instanceof DataverseError && error.status === 404;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most);
}
