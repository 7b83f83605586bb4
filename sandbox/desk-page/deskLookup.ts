import type { DeskChat, StandInDesk } from '../desk';
import { Problem } from './problem';

/** Finds desks and chats by the names in a request; throws a 404 `Problem` for those that are not there. */
export class DeskLookup {
  private readonly desks: Map<string, StandInDesk>;

  constructor(desks: readonly StandInDesk[]) {
    this.desks = new Map(desks.map((desk) => [desk.name, desk]));
  }

  desk(name: string): StandInDesk {
    const desk = this.desks.get(name);
    if (!desk) throw new Problem(404, 'unknownDesk', 'There is no such desk.');
    return desk;
  }

  chat(deskName: string, chatId: string): { desk: StandInDesk; chat: DeskChat } {
    const desk = this.desk(deskName);
    const chat = desk.chats().find(({ id }) => id === chatId);
    if (!chat) throw new Problem(404, 'unknownChat', 'There is no such chat at this desk.');
    return { desk, chat };
  }
}
