import { until } from '../support/fakeClock';
import { Product } from '../support/productRig';

jest.setTimeout(180_000);

interface Seen {
  from: string;
  kind: string;
  text: string;
  cards?: { content: { title?: string; buttons?: { title: string }[] } }[];
}

/** A guest in mluvii's web chat, played over the stand-in. */
class Guest {
  private constructor(
    private readonly url: string,
    private readonly id: number,
  ) {}

  static async start(mluviiUrl: string, options: object): Promise<Guest> {
    const answer = await fetch(`${mluviiUrl}/guest`, json(options));
    const { sessionId } = (await answer.json()) as { sessionId: number };
    return new Guest(`${mluviiUrl}/guest/${sessionId}`, sessionId);
  }

  async act(act: 'say' | 'click' | 'leave', body: object = {}): Promise<void> {
    const answer = await fetch(`${this.url}/${act}`, json(body));
    expect([act, answer.status]).toEqual([act, 204]);
  }

  async look(): Promise<{ place: string; seen: Seen[] }> {
    return (await (await fetch(this.url)).json()) as { place: string; seen: Seen[] };
  }

  async sees(words: string, withinInMs = 20_000): Promise<void> {
    await until(
      `session ${this.id} sees: ${words}`,
      async () => JSON.stringify((await this.look()).seen).includes(words),
      withinInMs,
    );
  }
}

function json(body: object): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

describe('the product as a chatbot of mluvii', () => {
  let product: Product;
  beforeAll(async () => {
    product = await Product.start({ phrasesPerTopic: 5 });
  });
  afterAll(() => product.close());

  const mluvii = () => `http://127.0.0.1:${product.port + 8}`;
  const known = { callParams: { oo1_guest_ident: 'Ada Example', oo1_guest_email: 'ada@example.com' } };

  it('answers, is killed in between, answers all the same, and hands over to operators', async () => {
    const guest = await Guest.start(mluvii(), known);
    await guest.sees('virtual assistant');
    await guest.act('say', { text: 'my card has not arrived' });
    await guest.sees('From our help center');
    await guest.act('say', { text: 'how do I top up by bank transfer?' });
    await product.kill();
    await guest.act('say', { text: 'talk to a person' });
    await product.start();
    await guest.sees('Which team can help you?', 40_000);
    await guest.act('click', { value: 'Transfers and top-ups – Money sent, received, topped up or exchanged' });
    await guest.sees('passing your chat on');
    await until('operators have the session', async () => (await guest.look()).place === 'queue', 30_000);
    const before = (await guest.look()).seen.length;
    await guest.act('say', { text: 'is somebody there' });
    const { seen } = await guest.look();
    expect(seen.slice(before).filter(({ from }) => from === 'bot')).toEqual([]);
    await guest.act('leave');
  });
});
