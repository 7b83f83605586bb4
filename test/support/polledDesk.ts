import type { JsonObject } from '../../common/json';
import type { HandoffEvent } from '../../handoff/events';
import type { ListenBatch, ListenInbound } from '../../handoff/provider';
import { FakeDesk } from './fakeDesk';

type Answer = 'look' | 'empty' | 'hangUp';

/** A desk that is polled, and counts who polls at the same time. Events are given again until the position is past them. */
export class PolledDesk extends FakeDesk {
  readonly told: HandoffEvent[] = [];
  polls = 0;
  mostPolls = 0;
  /** How often somebody began to listen. */
  listeners = 0;
  override readonly inbound: never;
  private waiting: ((answer: Answer) => void)[] = [];

  /** With `exclusiveForInMs` a desk such as Live Agent, where a second poll ends the chat. */
  constructor(exclusiveForInMs?: number) {
    super();
    const inbound: ListenInbound<JsonObject> = {
      kind: 'listen',
      ...(exclusiveForInMs !== undefined && { exclusiveForInMs }),
      listen: (session, _options, signal) => this.poll(session, signal),
    };
    this.inbound = inbound as never;
  }

  says(...texts: string[]): void {
    this.tells(...texts.map((text) => this.event({ kind: 'agentMessage', text, attachments: [], cards: [] }).event));
  }

  tells(...events: HandoffEvent[]): void {
    this.told.push(...events);
    this.answer('look');
  }

  /** Answers the polls that are held: `empty` as after half a minute without news, `hangUp` as when the poller is gone. */
  answer(answer: Answer): void {
    for (const give of this.waiting.splice(0)) give(answer);
  }

  private async *poll(session: JsonObject, signal: AbortSignal): AsyncGenerator<ListenBatch<JsonObject>> {
    this.listeners += 1;
    this.polls += 1;
    this.mostPolls = Math.max(this.mostPolls, this.polls);
    try {
      let position = Number(session['position'] ?? 0);
      while (!signal.aborted) {
        const events = this.told.slice(position);
        if (events.length > 0) {
          position = this.told.length;
          yield { events, session: { position } };
          continue;
        }
        const answer = await new Promise<Answer>((resolve) => {
          this.waiting.push(resolve);
          signal.addEventListener('abort', () => resolve('look'), { once: true });
        });
        if (answer === 'hangUp') return;
        if (answer === 'empty') yield { events: [], session: {} };
      }
    } finally {
      this.polls -= 1;
    }
  }
}
