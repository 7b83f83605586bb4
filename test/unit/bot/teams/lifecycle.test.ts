import type { Activity } from 'botbuilder';
import { toCorrection } from '../../../../bot/handoff/correction';
import { isDeleted, isEdited, isInstalled, isUninstalled } from '../../../../bot/teams/lifecycle';
import { FakeClock } from '../../../support/fakeClock';

const recipient = { id: '28:bot', name: 'Bot' };
const words = { corrected: (text: string, language: string) => `${language} corrected ${text}`, deleted: () => 'deleted' };

describe('what Teams tells about the app', () => {
  it.each([
    [{ type: 'installationUpdate', action: 'add' }, true, false],
    [{ type: 'installationUpdate', action: 'add-upgrade' }, false, false],
    [{ type: 'installationUpdate', action: 'remove' }, false, true],
    [{ type: 'installationUpdate', action: 'remove-upgrade' }, false, false],
    [{ type: 'conversationUpdate', membersAdded: [{ id: '29:ann' }, recipient] }, true, false],
    [{ type: 'conversationUpdate', membersAdded: [{ id: '29:ann' }] }, false, false],
    [{ type: 'conversationUpdate', membersRemoved: [recipient] }, false, true],
    [{ type: 'conversationUpdate', membersRemoved: [{ id: '29:ann' }] }, false, false],
    [{ type: 'message', action: 'remove' }, false, false],
  ])('%j', (activity, installed, uninstalled) => {
    const told = { recipient, ...activity } as Activity;
    expect([isInstalled(told), isUninstalled(told)]).toEqual([installed, uninstalled]);
  });
});

describe('a changed message', () => {
  const edited = (text: string, more: object = {}) =>
    ({
      type: 'messageUpdate',
      id: '1',
      text,
      channelData: { eventType: 'editMessage' },
      recipient,
      ...more,
    }) as unknown as Activity;
  const clock = new FakeClock();

  it('goes to the agent as a correction, in the customer’s language, without the mention of the bot', () => {
    const mention = { type: 'mention', text: '<at>Bot</at>', mentioned: recipient };
    const correction = toCorrection(edited('<at>Bot</at> new', { entities: [mention] }), words, 'de', clock);
    expect(correction).toMatchObject({ text: 'de corrected new', files: [] });
    expect(correction).not.toHaveProperty('author');
  });

  it('has one id for one change, and another for the next', () => {
    const ids = ['a', 'a', 'b'].map((text) => toCorrection(edited(text), words, 'en', clock)?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
    const later = toCorrection(edited('a', { timestamp: new Date(5) }), words, 'en', clock)?.id;
    expect(later).not.toBe(ids[0]);
  });

  it('that was taken back is told in words of our own', () => {
    const deleted = { type: 'messageDelete', id: '1', channelData: { eventType: 'softDeleteMessage' } } as unknown as Activity;
    expect(toCorrection(deleted, words, 'en', clock)).toMatchObject({ id: '1/deleted', author: 'bot', text: 'deleted' });
  });

  it.each([
    { type: 'messageUpdate', text: 'x' },
    { type: 'messageUpdate', text: 'x', channelData: { eventType: 'somethingNew' } },
    { type: 'messageUpdate', channelData: { eventType: 'editMessage' } },
    { type: 'messageDelete' },
    { type: 'messageDelete', channelData: 'x' },
    { type: 'message', text: 'x', channelData: { eventType: 'editMessage' } },
  ])('is not %j', (activity) => {
    expect(toCorrection(activity as Activity, words, 'en', clock)).toBeUndefined();
  });

  it('can be an undone deletion', () => {
    const undone = { type: 'messageUpdate', text: 'x', channelData: { eventType: 'undeleteMessage' } } as Activity;
    expect([isEdited(undone), isDeleted(undone)]).toEqual([true, false]);
  });
});
