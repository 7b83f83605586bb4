import type { JsonObject } from '../../../common/json';
import type { Choice } from './adaptiveCard';
import type { Form } from './asked';
import type { Abilities } from './capabilities';
import { lines, type Markup, plain } from './markup';
import type { WireActivity } from './wire';

const heroCard = 'application/vnd.microsoft.card.hero';
/** What a button's card is called; the rest of a longer text goes before it. */
const longestTitle = 120;

export type TextOf = (key: string, params?: Readonly<Record<string, string | number>>) => string;

/** One message on its way: what is written, what the customer can press, and what is asked. */
export class Output {
  readonly activities: WireActivity[] = [];
  /** Buttons, newest message last. */
  readonly choices: Choice[] = [];
  areNumbered = false;
  form: Form | undefined;
  /** Whether the guest's input field is hidden. */
  isInputOff = false;
  private text: Markup[] = [];

  constructor(
    readonly abilities: Abilities,
    readonly texts: TextOf,
  ) {}

  /** Adds to the text that is sent before whatever follows. */
  write(text: Markup | undefined): void {
    if (text) this.text.push(text);
  }

  /** Sends what was written so far. */
  flush(): void {
    const text = lines(...this.text.splice(0));
    if (text !== '') this.activities.push({ activity: 'Text', text });
  }

  /** Sends something else than text, after the text before it. */
  add(activity: WireActivity): void {
    this.flush();
    this.activities.push(activity);
  }

  cards(cards: JsonObject[], isCarousel: boolean): void {
    this.add({
      type: 'message',
      ...(cards.length > 1 && { attachmentLayout: isCarousel ? 'carousel' : 'list' }),
      attachments: cards.map((content) => ({ contentType: heroCard, content })),
    });
  }

  /** Offers choices: as buttons where there are enough of them, else as a list of numbers. */
  offer(choices: Choice[]): void {
    if (choices.length === 0) return;
    this.choices.push(...choices);
    if (choices.length <= this.abilities.buttons) {
      this.buttons(choices.map(({ title }) => title));
      return;
    }
    this.areNumbered = true;
    const number = this.choices.length - choices.length;
    this.write(lines(...choices.map(({ title }, index) => plain(`${number + index + 1}. ${title}`))));
    this.write(plain(this.texts('channel.sayNumber')));
  }

  /** Buttons that say their own title. A card needs a title: a short text before them, else a word of ours. */
  buttons(titles: string[]): void {
    const last = this.text.at(-1);
    const isShort = last !== undefined && last.length <= longestTitle && !/[<&\n]/.test(last);
    const title = isShort ? String(this.text.pop()) : this.texts('channel.choose');
    this.cards([{ title, buttons: titles.map((each) => ({ type: 'imBack', title: each, value: each })) }], false);
  }
}
