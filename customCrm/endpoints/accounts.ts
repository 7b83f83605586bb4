import type { Customer, NewCustomer } from '../../dynamics/customers';
import { nameBasedId } from '../../dynamics/ledger/nameBasedId';
import type { CallOptions } from '../../dynamics/transport';
import { type Criteria, readCriteria } from '../containers/criteria';
import type { Parameters } from '../containers/parameters';
import type { CrmDependencies } from '../dependencies';
import { isSameNumber, readPhoneNumber, searchDigits } from '../phone/phoneNumber';
import { CrmProblem } from '../problem';
import type { Endpoint } from './endpoint';
import { storedIdentifier } from './identifier';
import { sessionKeyOf } from './sessionKey';

/** Finds an account by identifier, e-mail, phone or id. Nobody, and more than one equally good, is an empty object. */
export const findAccount: Endpoint = async ({ parameters, signal }, deps) => {
  const customer = await search(criteriaOf(parameters), deps, { signal });
  return { status: 200, body: customer ? accountOf(customer, deps) : {} };
};

/** The account with this id; `notFound` lets the caller go on with a search. */
export const findAccountById: Endpoint = async ({ path, signal }, deps) => {
  const customer = await deps.customers.get(path['accountId'] ?? '', { signal });
  if (!customer) throw new CrmProblem('notFound', 'there is no such account');
  return { status: 200, body: accountOf(customer, deps) };
};

/** Creates an account, or answers with the one that is there. Always with its id. */
export const createAccount: Endpoint = async ({ parameters, signal }, deps) => {
  const criteria = criteriaOf(parameters);
  const known = await search(criteria, deps, { signal });
  if (known) {
    // From now on the customer is known by the same id to the bot, the contact center and the CRM.
    const { identifier } = criteria;
    if (identifier !== undefined && known.identifier === undefined)
      await noteIdentifier(known.id, storedIdentifier(identifier), deps, { signal });
    return { status: 200, body: accountOf(known, deps) };
  }
  const customer = newCustomer(parameters, criteria, deps.countryCode);
  const id = nameBasedId('customCrmAccount', naturalKey(parameters, criteria, deps.countryCode));
  const outcome = await deps.customers.create(id, customer, { signal });
  const created = outcome === 'existed' ? await deps.customers.get(id, { signal }) : undefined;
  const name = [customer.firstName, customer.lastName].filter((part) => part !== undefined).join(' ');
  const { email, phone } = customer;
  const phones = phone === undefined ? [] : [phone];
  const shown = created ?? { id, name, phones, ...(email !== undefined && { email }) };
  return { status: outcome === 'created' ? 201 : 200, body: accountOf(shown, deps) };
};

/** The contact's own id needs no note. */
async function noteIdentifier(id: string, identifier: string, deps: CrmDependencies, options: CallOptions): Promise<void> {
  if (id.toLowerCase() !== identifier.toLowerCase()) await deps.customers.setIdentifier(id, identifier, options);
}

export function accountOf(customer: Customer, { countryCode }: Pick<CrmDependencies, 'countryCode'>): object {
  const phone = phoneOf(customer, countryCode);
  return {
    id: customer.id,
    name: customer.name,
    ...(phone !== undefined && { phone }),
    ...(customer.email !== undefined && { email: customer.email }),
  };
}

/** The customer's number in digits, country code first, as the contact center's own example has it. */
export function phoneOf({ phones }: Pick<Customer, 'phones'>, countryCode: string): string | undefined {
  const [first] = phones;
  return first === undefined ? undefined : (readPhoneNumber(first, countryCode)?.digits ?? first);
}

export function criteriaOf(parameters: Parameters): Criteria {
  const composed = readCriteria(parameters.text('query', 'criteria', 'q') ?? '');
  const id = parameters.text('id', 'accountId', 'contactId') ?? composed.id;
  const email = parameters.text('email', 'sdkEmail') ?? composed.email;
  const phone = parameters.text('phone', 'phoneNumber', 'sdkPhone') ?? composed.phone;
  const identifier = parameters.text('identifier', 'sdkIdentifier', 'customUserId', 'cuid') ?? composed.identifier;
  return {
    ...(id !== undefined && { id }),
    // A "+" that nobody encoded became a blank, and an address has none.
    ...(email !== undefined && { email: email.trim().replaceAll(' ', '+') }),
    ...(phone !== undefined && { phone }),
    ...(identifier !== undefined && { identifier: identifier.trim() }),
  };
}

/**
 * The one customer these criteria mean. The identifier decides before anything else; then the contact that meets most of the
 * others. When two meet as many, it is nobody: an agent must not be shown somebody else's records.
 */
export async function search(
  criteria: Criteria,
  { customers, countryCode }: Pick<CrmDependencies, 'customers' | 'countryCode'>,
  options: CallOptions,
): Promise<Customer | undefined> {
  const { email } = criteria;
  const identifier = criteria.identifier === undefined ? undefined : storedIdentifier(criteria.identifier);
  // A customer the bot knows has the id of the contact as identifier.
  for (const id of [criteria.id, identifier]) {
    const customer = id === undefined ? undefined : await customers.get(id, options);
    if (customer) return customer;
  }
  const phone = criteria.phone === undefined ? undefined : readPhoneNumber(criteria.phone, countryCode);
  const phoneDigits = phone && searchDigits(phone);
  const found = await customers.search(
    {
      ...(identifier !== undefined && { identifier }),
      ...(email !== undefined && { email }),
      ...(phoneDigits !== undefined && { phoneDigits }),
    },
    options,
  );
  const known = found.find((one) => identifier !== undefined && one.identifier === identifier);
  if (known) return known;
  const score = (one: Customer) =>
    Number(email !== undefined && one.email?.toLowerCase() === email.toLowerCase()) +
    Number(phone !== undefined && one.phones.some((number) => isSameNumber(number, phone, countryCode)));
  // Somebody who is known by another identifier is somebody else.
  const isOther = (one: Customer) => identifier !== undefined && one.identifier !== undefined;
  const ranked = found
    .map((one) => ({ one, points: isOther(one) ? 0 : score(one) }))
    .filter(({ points }) => points > 0)
    .sort((left, right) => right.points - left.points);
  const [best, next] = ranked;
  return best && best.points > (next?.points ?? 0) ? best.one : undefined;
}

function newCustomer(parameters: Parameters, { email, phone, identifier }: Criteria, countryCode: string): NewCustomer {
  const name = parameters.text('name', 'sdkName');
  const [first, ...rest] = name?.trim().split(/\s+/) ?? [];
  const firstName = parameters.text('firstName') ?? (rest.length > 0 ? first : undefined);
  // A contact needs some last name to be found by people.
  const lastName = parameters.text('lastName') ?? (rest.length > 0 ? rest.join(' ') : first) ?? email ?? phone ?? 'Unknown';
  const number = phone === undefined ? undefined : (readPhoneNumber(phone, countryCode)?.e164 ?? phone);
  return {
    ...(firstName !== undefined && firstName !== lastName && { firstName }),
    lastName,
    ...(email !== undefined && { email }),
    ...(number !== undefined && { phone: number }),
    ...(identifier !== undefined && { identifier: storedIdentifier(identifier) }),
  };
}

/** What makes two calls mean the same new account: the best of what is known of the customer. */
function naturalKey(parameters: Parameters, { email, phone, identifier }: Criteria, countryCode: string): string {
  if (identifier !== undefined) return `identifier ${storedIdentifier(identifier)}`;
  if (email !== undefined) return `email ${email.toLowerCase()}`;
  const number = phone === undefined ? undefined : readPhoneNumber(phone, countryCode);
  if (number) return `phone ${number.digits}`;
  const endUser = parameters.text('ujetId', 'externalId');
  if (endUser !== undefined) return `end user ${endUser}`;
  const session = sessionKeyOf(parameters);
  if (session !== undefined) return `session ${session}`;
  throw new CrmProblem('invalid', 'give at least one of identifier, email, phone, ujetId, chatId, callId or sessionId');
}
