import { createHash } from 'node:crypto';

const longest = 50;
/** The bot may give the contact center an end user per handoff; what comes before the mark is the customer. */
const handoffMark = /~[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A customer's identifier as the CRM keeps it: what is too long for the column is kept by its hash, for find and create alike. */
export function storedIdentifier(identifier: string): string {
  const customer = identifier.trim().replace(handoffMark, '');
  return customer.length <= longest ? customer : createHash('sha256').update(customer).digest('base64url');
}
