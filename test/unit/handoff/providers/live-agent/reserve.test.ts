import { silentLog } from '../../../../../common/log';
import { hashOf } from '../../../../../handoff/providers/live-agent/outgoing';
import { reservePost } from '../../../../../handoff/providers/live-agent/reserve';
import type { CustomerMessage } from '../../../../../handoff/request';
import { liveAgentSession } from './fixture';

const deps = { linkFile: (file: { name: string }) => `https://bot.example/${file.name}`, log: silentLog };
const message = (changes: Partial<CustomerMessage> = {}): CustomerMessage => ({
  id: 'm1',
  text: 'yes',
  files: [],
  at: '2026-05-04T10:15:00.000Z',
  ...changes,
});
const photo = { name: 'a.png', contentType: 'image/png', url: 'https://channel.example/1' };

describe('reserving a POST number', () => {
  it('takes the next number and raises it in the session', () => {
    expect(reservePost(liveAgentSession(), message(), undefined, deps)).toEqual({
      reservation: { sequence: 5, epoch: 0, links: [] },
      session: { nextSequence: 6, sequenceEpoch: 0 },
    });
  });

  it('keeps the number of an earlier attempt and changes nothing', () => {
    const previous = { sequence: 3, epoch: 0, links: [] };
    expect(reservePost(liveAgentSession(), message(), previous, deps)).toEqual({ reservation: previous });
  });

  it('begins anew at 1 after a move', () => {
    const session = liveAgentSession({ epoch: 2 });
    expect(reservePost(session, undefined, undefined, deps)).toMatchObject({
      reservation: { sequence: 1, epoch: 2 },
      session: { nextSequence: 2, sequenceEpoch: 2 },
    });
  });

  it('finds in the transcript what an earlier attempt delivered', () => {
    const recovered = { epoch: 1, visitorMessages: 3, lastVisitorHashes: [hashOf('yes')] };
    const session = liveAgentSession({ epoch: 1, sentMessages: 2, recovered });
    const previous = { sequence: 4, epoch: 0, links: [] };
    expect(reservePost(session, message(), previous, deps)).toEqual({
      reservation: previous,
      session: { sentMessages: 3 },
      alreadyDelivered: true,
    });
  });

  it.each([
    ['the transcript has no more than was confirmed', { epoch: 1, visitorMessages: 2, lastVisitorHashes: [hashOf('yes')] }],
    ['it ends with other words', { epoch: 1, visitorMessages: 3, lastVisitorHashes: [hashOf('no')] }],
    ['it is of an earlier move', { epoch: 0, visitorMessages: 3, lastVisitorHashes: [hashOf('yes')] }],
  ])('sends again when %s', (_, recovered) => {
    const session = liveAgentSession({ epoch: 1, sentMessages: 2, recovered });
    const reserved = reservePost(session, message(), { sequence: 4, epoch: 0, links: [] }, deps);
    expect(reserved.alreadyDelivered).toBeUndefined();
    expect(reserved.reservation).toMatchObject({ sequence: 1, epoch: 1 });
  });

  it('takes a first attempt never for delivered, whatever was said before', () => {
    const recovered = { epoch: 1, visitorMessages: 3, lastVisitorHashes: [hashOf('yes')] };
    const session = liveAgentSession({ epoch: 1, recovered });
    expect(reservePost(session, message(), undefined, deps).alreadyDelivered).toBeUndefined();
  });

  it('knows a masked text again', () => {
    const maskingRules = [{ name: 'n', pattern: 'yes', replacement: '#', actionType: 'Replace' }];
    const recovered = { epoch: 1, visitorMessages: 1, lastVisitorHashes: [hashOf('#')] };
    const session = liveAgentSession({ epoch: 1, maskingRules, recovered });
    expect(reservePost(session, message(), { sequence: 4, epoch: 0 }, deps).alreadyDelivered).toBe(true);
  });

  it('keeps links and the file request a message answers from its first attempt on', () => {
    const fileRequest = { url: 'https://desk.example/upload', token: 't1' };
    const first = reservePost(liveAgentSession({ fileRequest }), message({ files: [photo] }), undefined, deps).reservation;
    expect(first).toMatchObject({ links: ['a.png: https://bot.example/a.png'], uploadToken: 't1' });
    const moved = liveAgentSession({ epoch: 1, fileRequest: { ...fileRequest, token: 't2' } });
    const changed = { ...deps, linkFile: () => 'https://bot.example/other' };
    expect(reservePost(moved, message({ files: [photo] }), first, changed).reservation).toMatchObject({
      links: first['links'],
      uploadToken: 't1',
    });
  });

  it.each([
    ['the request was answered', { fileRequest: { url: 'https://desk.example/u', token: 't1' }, usedFileToken: 't1' }],
    ['the agent took it back', { fileRequest: { url: 'https://desk.example/u', token: 't1', outcome: 'canceled' as const } }],
  ])('makes a link of a file when %s', (_, changes) => {
    expect(reservePost(liveAgentSession(changes), message({ files: [photo] }), undefined, deps).reservation).not.toHaveProperty(
      'uploadToken',
    );
  });
});
