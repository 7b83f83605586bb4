import { systemClock } from '../../common/clock';
import { createHttpClient } from '../../common/http';
import { silentLog } from '../../common/log';
import { argument, serve } from '../run/serve';
import { createHeldDesk, heldSession } from './liveAgentDesk';

/** The provider's listening alone, without relay and store: what a held poll costs by itself. */
interface Options {
  holdUrl: string;
  pollTimeoutInMs: number;
}

export type PollMethods = {
  /** Begins to listen to so many chats, the first with this index, spread over a second per thousand. */
  listen(first: number, count: number): Promise<void>;
};

const { holdUrl, pollTimeoutInMs } = argument<Options>();
const unused = () => Promise.reject(new Error('no file is sent in this bench'));
const provider = createHeldDesk(holdUrl, {
  http: createHttpClient(),
  clock: systemClock,
  log: silentLog,
  readFile: unused,
  linkFile: () => '',
});
/** One for each chat, as in the product: a signal looks through all its listeners when one goes. */
const controllers: AbortController[] = [];

async function listenTo(index: number): Promise<void> {
  if (provider.inbound.kind !== 'listen') return;
  const session = heldSession(holdUrl, index, pollTimeoutInMs);
  const controller = new AbortController();
  controllers.push(controller);
  for await (const batch of provider.inbound.listen(session, { moved: false }, controller.signal)) {
    if (batch.events.length > 0) throw new Error('the hold server says nothing, yet something came');
  }
}

const methods: PollMethods = {
  async listen(first, count) {
    for (let index = first; index < first + count; index++) {
      void listenTo(index);
      if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
};
serve(methods, async () => {
  for (const controller of controllers) controller.abort();
});
