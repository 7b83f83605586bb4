import type { Attachment } from 'botbuilder';
import { heroCardType } from '../../cards/articleCarousel';
import { escapeMarkdown, shorten, singleLine } from '../../cards/markdown';
import { saveFileVerb } from './fileSaving';

/** An agent's file as the card needs it. */
export interface CardFile {
  name: string;
  contentType: string;
  url: string;
  /** Token of our own link; with it the file can also be saved. */
  token?: string;
}

/**
 * An agent's file for Teams, which refuses files as attachments with an address. The link opens in every cloud and needs no
 * OneDrive; whoever wants to keep the file saves it there by the second button, with Teams' own consent card.
 */
export function fileCard(file: CardFile, titles: { open: string; save: string }): Attachment {
  const name = shorten(singleLine(file.name), 200);
  const save = {
    type: 'messageBack',
    title: titles.save,
    displayText: titles.save,
    text: titles.save,
    value: { verb: saveFileVerb, file: file.token, name },
  };
  return {
    contentType: heroCardType,
    name,
    content: {
      title: escapeMarkdown(name),
      ...(/^image\/(png|jpeg|gif)$/.test(file.contentType) && { images: [{ url: file.url, alt: name }] }),
      buttons: [{ type: 'openUrl', title: titles.open, value: file.url }, ...(file.token === undefined ? [] : [save])],
    },
  };
}
