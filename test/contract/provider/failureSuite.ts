import { HandoffError, type HandoffErrorCode } from '../../../handoff/errors';
import { Conversation, customerMessage, handoffRequest } from './conversation';
import type { Current } from './providerSuite';

const never = new AbortController().signal;

export function describeFailures(current: Current): void {
  describe('failures', () => {
    const kinds: ['unauthorized' | 'rateLimited' | 'outage', HandoffErrorCode, boolean][] = [
      ['unauthorized', 'unauthorized', false],
      ['rateLimited', 'rateLimited', true],
      ['outage', 'outage', true],
    ];

    it.each(kinds)('tells %s when a chat is asked for', async (kind, code, retriable) => {
      const { faults, requests, answers, provider } = current();
      faults.add({ ...answers[kind], match: requests.open });
      const failed = provider.open(handoffRequest(current()), never);
      await expect(failed).rejects.toBeInstanceOf(HandoffError);
      await expect(failed).rejects.toMatchObject({ code, retriable, provider: provider.name });
    });

    it.each(kinds)('tells %s when a message is sent, and the next attempt goes through', async (kind, code, retriable) => {
      const { faults, requests, answers } = current();
      const conversation = await (await Conversation.open(current())).accept();
      faults.add({ ...answers[kind], match: requests.send });
      const message = customerMessage({ text: 'try again' });
      await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ code, retriable });
      await conversation.attempt(message, undefined);
      await conversation.shows(({ entries }) => entries.some(({ text }) => text === 'try again'));
      await conversation.stop();
    });

    it('passes on how long to wait when it was too fast', async () => {
      const { faults, requests, answers } = current();
      const conversation = await (await Conversation.open(current())).accept();
      faults.add({
        ...answers.rateLimited,
        headers: { ...answers.rateLimited.headers, 'retry-after': '7' },
        match: requests.send,
      });
      await expect(conversation.send('hello')).rejects.toMatchObject({
        code: 'rateLimited',
        retryAfterInMs: 7_000,
        delivered: 'no',
      });
      await conversation.stop();
    });

    it('passes it on when a chat is asked for, too', async () => {
      const { faults, requests, answers, provider } = current();
      const headers = { ...answers.rateLimited.headers, 'retry-after': '11' };
      faults.add({ ...answers.rateLimited, headers, match: requests.open });
      await expect(provider.open(handoffRequest(current()), never)).rejects.toMatchObject({
        code: 'rateLimited',
        retryAfterInMs: 11_000,
        delivered: 'no',
      });
    });

    it('says that closing failed, and closes at a later attempt', async () => {
      const { faults, answers } = current();
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.stop();
      // Some desks are told twice of an end.
      faults.add({ ...answers.outage, times: 2 });
      const failures: unknown[] = [];
      for (let isClosed = false; !isClosed && failures.length < 5; ) {
        isClosed = await conversation.close().then(
          () => true,
          (error: unknown) => failures.push(error) === 0,
        );
      }
      expect([1, 2]).toContain(failures.length);
      for (const failure of failures) expect(failure).toMatchObject({ name: 'HandoffError', code: 'outage', retriable: true });
      await conversation.shows(({ state }) => state === 'ended');
    });

    it('takes a proxy’s page instead of an answer for an outage', async () => {
      const { faults, requests, provider } = current();
      const page = '<html><body>502 Bad Gateway</body></html>';
      faults.add({ status: 502, headers: { 'content-type': 'text/html' }, body: page, match: requests.open });
      await expect(provider.open(handoffRequest(current()), never)).rejects.toMatchObject({ code: 'outage', retriable: true });
    });

    it('knows a message lost before the desk from one that may have arrived', async () => {
      const { faults, requests, provider } = current();
      const conversation = await (await Conversation.open(current())).accept();
      const message = customerMessage({ text: 'did it arrive?' });
      faults.add({ cut: 'after', match: requests.send });
      await expect(conversation.attempt(message, undefined)).rejects.toMatchObject({ delivered: 'unknown', retriable: true });
      await conversation.shows(({ entries }) => entries.some(({ text }) => text === message.text));
      const asked = await provider.wasDelivered?.(conversation.session, message, never);
      expect(asked).toBe(provider.wasDelivered ? true : undefined);

      const lost = customerMessage({ text: 'this one was lost' });
      faults.add({ cut: 'before', match: requests.send });
      await expect(conversation.attempt(lost, undefined)).rejects.toMatchObject({ retriable: true });
      const askedAgain = await provider.wasDelivered?.(conversation.session, lost, never);
      expect(askedAgain).toBe(provider.wasDelivered ? false : undefined);
      await conversation.stop();
    });

    it('reports an unreachable desk as one that surely got nothing', async () => {
      const conversation = await (await Conversation.open(current())).accept();
      await conversation.stop();
      await current().close();
      const failed = conversation.send('anybody there?');
      await expect(failed).rejects.toMatchObject({ code: 'outage', retriable: true, delivered: 'no' });
    });

    it('stops at once when it is told to', async () => {
      const { faults, requests } = current();
      const conversation = await (await Conversation.open(current())).accept();
      await expect(conversation.send('never sent', AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
      faults.add({ delayInMs: 3_000, match: requests.send });
      const stopping = new AbortController();
      const started = performance.now();
      const slow = conversation.send('slow', stopping.signal);
      setImmediate(() => stopping.abort());
      await expect(slow).rejects.toMatchObject({ code: 'aborted' });
      expect(performance.now() - started).toBeLessThan(2_000);
      await conversation.stop();
    });

    it('puts nothing of the customer’s into an error', async () => {
      const { faults, requests } = current();
      const conversation = await (await Conversation.open(current())).accept();
      faults.add({ status: 400, body: JSON.stringify({ message: 'bad text: a secret word' }), match: requests.send });
      const error: unknown = await conversation.send('a secret word').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(HandoffError);
      expect(String(error)).not.toContain('secret');
      await conversation.stop();
    });
  });
}
