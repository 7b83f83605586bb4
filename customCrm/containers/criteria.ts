import { ownMember } from '../../common/json';

/** The conditions a composed query can hold. */
export interface Criteria {
  id?: string;
  email?: string;
  phone?: string;
  identifier?: string;
}

const fields: Record<string, keyof Criteria> = {
  id: 'id',
  accountid: 'id',
  contactid: 'id',
  email: 'email',
  phone: 'phone',
  phonenumber: 'phone',
  mobile: 'phone',
  identifier: 'identifier',
  customuserid: 'identifier',
  externalid: 'identifier',
};

/**
 * Reads what the functions CONCAT_OR and CONCAT_AND compose out of one condition per variable, such as
 * `(Phone:equals:+12223334444) or (Email:equals:kim@example)`. Conditions on other fields are left out.
 */
export function readCriteria(query: string): Criteria {
  const criteria: Criteria = {};
  // A value may have parentheses of its own, as "(111) 222-3333" has.
  const conditions = query
    .trim()
    .replace(/^\(|\)$/g, '')
    .split(/\)\s+(?:or|and)\s+\(/i);
  for (const condition of conditions) {
    const [, name = '', text = ''] = /^\s*(\w+)\s*:\s*\w+\s*:(.*)$/s.exec(condition) ?? [];
    const field = ownMember(fields, name.toLowerCase().replaceAll('_', ''));
    const value = text.trim();
    if (field !== undefined && value !== '') criteria[field] ??= value;
  }
  return criteria;
}
