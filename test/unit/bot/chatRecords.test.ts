import { withContacts } from '../../../bot/chatRecords';
import type { ChatRecords } from '../../../dynamics/ledger';

describe('the record of a chat that is handed off', () => {
  const asked: unknown[] = [];
  const ledger = {
    prepareHandoff: async (...args: unknown[]) => {
      asked.push(args);
      return { chatActivityId: 'chat-1', created: true };
    },
  } as unknown as ChatRecords;
  const records = withContacts(ledger, {
    findByEmail: async (email) => (email === 'ann@example.com' ? { id: 'contact-7' } : undefined),
  });
  beforeEach(() => asked.splice(0));

  it('is linked to the one contact with the address, and names it', async () => {
    const prepared = await records.prepareHandoff('web|1', { topic: 'A card', email: 'ann@example.com' });
    expect(prepared).toEqual({ chatActivityId: 'chat-1', created: true, contactId: 'contact-7' });
    expect(asked).toEqual([['web|1', { topic: 'A card', contactId: 'contact-7' }]]);
  });

  it.each([undefined, 'nobody@example.com'])('names nobody for the address %s', async (email) => {
    const prepared = await records.prepareHandoff('web|1', { topic: 'A card', ...(email !== undefined && { email }) });
    expect(prepared).toEqual({ chatActivityId: 'chat-1', created: true });
    expect(asked).toEqual([['web|1', { topic: 'A card' }]]);
  });
});
