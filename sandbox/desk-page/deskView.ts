import type { DeskChat, DeskEntry, StandInDesk } from '../desk';
import { fileAddress } from './fileAddress';

/** A desk as the page knows it. */
export interface DeskView {
  name: string;
  title: string;
  isStaffed: boolean;
  features: StandInDesk['features'] & { pause: boolean };
  queues: { id: string; name: string }[];
}

/** A chat without what was said in it; `desk` is the name under which the page addresses the desk. */
export type ChatHead = Omit<DeskChat, 'entries'>;
export type ChatView = ChatHead & { entries: DeskEntry[] };

export function deskView(desk: StandInDesk): DeskView {
  const { sendCard, sendFile, requestFile, transfer, typing } = desk.features;
  return {
    name: desk.name,
    title: desk.title,
    isStaffed: desk.isStaffed(),
    // A feature counts only with the method behind it.
    features: {
      typing,
      sendCard: sendCard && desk.sendCard !== undefined,
      sendFile: sendFile && desk.sendFile !== undefined,
      requestFile: requestFile && desk.requestFile !== undefined,
      transfer: transfer && desk.transfer !== undefined,
      pause: desk.pause !== undefined,
    },
    queues: desk.queues(),
  };
}

export function chatHead(desk: StandInDesk, chat: DeskChat): ChatHead {
  const { entries: _, ...head } = chat;
  return { ...head, desk: desk.name };
}

/** The entry with addresses the browser can open: files on this machine are read through the page's own server. */
export function entryView(desk: StandInDesk, chat: DeskChat, entry: DeskEntry): DeskEntry {
  if (!entry.files) return entry;
  const files = entry.files.map((file, index) => ({ ...file, url: pageUrl(desk, chat, entry, index) }));
  return { ...entry, files };
}

function pageUrl(desk: StandInDesk, chat: DeskChat, entry: DeskEntry, index: number): string {
  const url = entry.files?.[index]?.url ?? '';
  const address = fileAddress(desk, url);
  if (address.kind === 'remote') return address.url;
  if (address.kind === 'unknown') return '';
  return `/files/${[desk.name, chat.id, entry.id, String(index)].map(encodeURIComponent).join('/')}`;
}
