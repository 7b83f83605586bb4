import type { ChatRecords as DialogRecords } from '../dialogs/collaborators';
import type { Contacts } from '../dynamics/contacts';
import type { ChatRecords } from '../dynamics/ledger';

/** The records as dialogs use them: a handed-off chat is linked to the one contact that has the customer's e-mail address. */
export function withContacts(records: ChatRecords, contacts: Pick<Contacts, 'findByEmail'>): DialogRecords {
  return {
    openChat: (facts) => records.openChat(facts),
    articleSent: (key, sent) => records.articleSent(key, sent),
    articleRead: (id) => records.articleRead(id),
    closeChat: (key, facts) => records.closeChat(key, facts),
    rate: (key, rating) => records.rate(key, rating),
    leaveMessage: (key, message) => records.leaveMessage(key, message),
    async prepareHandoff(key, { topic, email }) {
      const contact = email === undefined ? undefined : await contacts.findByEmail(email);
      const known = contact && { contactId: contact.id };
      return { ...(await records.prepareHandoff(key, { topic, ...known })), ...known };
    },
  };
}
