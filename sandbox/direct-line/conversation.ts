import type { JsonObject } from '../../common/json';

export interface ActivitySet {
  activities: JsonObject[];
  watermark: string;
}

/** Gets every activity as it is published. */
export type Subscriber = (set: ActivitySet) => void;

interface Entry {
  position: number;
  activity: JsonObject;
  /** Typing is passed on at once and means nothing later. */
  isPassing: boolean;
  at: number;
}

const passingInMs = 5_000;

/** One conversation: what was said, and who is looking. Several clients may look at the same time. */
export class Conversation {
  private readonly entries: Entry[] = [];
  private readonly subscribers = new Set<Subscriber>();
  private lastPosition = 0;
  private lastNumber = 0;
  /** Publishes each of the customer's activities that the bot has not taken yet, in the order of sending. */
  private readonly held: (() => void)[] = [];

  constructor(
    readonly id: string,
    readonly userId: string,
    readonly userName: string | undefined,
    public isStarted: boolean,
    private readonly onPublished: (position: number, activity: JsonObject) => void,
  ) {}

  nextActivityId(): string {
    this.lastNumber += 1;
    return `${this.id}|${String(this.lastNumber).padStart(7, '0')}`;
  }

  /** Takes an entry back from the journal. */
  restore(position: number, activity: JsonObject, now: number): void {
    this.drop(String(activity['id']));
    this.entries.push({ position, activity, isPassing: false, at: now });
    // Passing entries took positions that were not kept; the gap keeps old watermarks below new entries.
    this.lastPosition = Math.max(this.lastPosition, position + 1000);
    const number = Number(String(activity['id']).split('|')[1]);
    if (Number.isFinite(number)) this.lastNumber = Math.max(this.lastNumber, number);
  }

  /** Adds an activity for all to see; one with a known id replaces the earlier one. */
  publish(activity: JsonObject, now: number): void {
    this.held[0]?.();
    this.append(activity, now);
  }

  /**
   * Holds a customer's message back until the bot took it (`deliver` resolved) or said something: the bot's answers,
   * which come while it is delivered, must follow it, and a message that was not taken must not show as sent.
   */
  async publishWhenTaken(activity: JsonObject, now: number, deliver: () => Promise<void>): Promise<void> {
    const letGo = () => {
      const index = this.held.indexOf(publish);
      if (index >= 0) this.held.splice(index, 1);
      return index >= 0;
    };
    const publish = () => {
      if (letGo()) this.append(activity, now);
    };
    this.held.push(publish);
    try {
      await deliver();
      publish();
    } finally {
      letGo();
    }
  }

  find(activityId: string): JsonObject | undefined {
    return this.entries.find((entry) => entry.activity['id'] === activityId)?.activity;
  }

  /** Removes an activity; false when there is none of that id. */
  remove(activityId: string): boolean {
    if (!this.drop(activityId)) return false;
    this.send({
      activities: [{ type: 'messageDelete', id: activityId, conversation: { id: this.id } }],
      watermark: String(this.lastPosition),
    });
    return true;
  }

  /** What was published after the watermark; an empty or unreadable one means from the start. */
  since(watermark: string | null, now: number): ActivitySet {
    const after = Number(watermark ?? '') || 0;
    const fresh = this.entries.filter((entry) => entry.position > after && (!entry.isPassing || now - entry.at < passingInMs));
    return { activities: fresh.map((entry) => entry.activity), watermark: String(this.entries.at(-1)?.position ?? after) };
  }

  /** Calls back for every activity from now on; returns the function that stops it. */
  subscribe(subscriber: Subscriber): () => void {
    this.subscribers.add(subscriber);
    return () => this.subscribers.delete(subscriber);
  }

  private append(activity: JsonObject, now: number): void {
    const isPassing = activity['type'] === 'typing';
    this.drop(String(activity['id']));
    this.lastPosition += 1;
    this.entries.push({ position: this.lastPosition, activity, isPassing, at: now });
    if (!isPassing) this.onPublished(this.lastPosition, activity);
    this.send({ activities: [activity], watermark: String(this.lastPosition) });
  }

  private drop(activityId: string): boolean {
    const index = this.entries.findIndex((entry) => entry.activity['id'] === activityId);
    if (index < 0) return false;
    this.entries.splice(index, 1);
    return true;
  }

  private send(set: ActivitySet): void {
    for (const subscriber of this.subscribers) subscriber(set);
  }
}
