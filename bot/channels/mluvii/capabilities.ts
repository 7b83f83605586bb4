import { ownMember } from '../../../common/json';

/** What can be shown to a guest, by where the guest is. */
export interface Abilities {
  heroCards: boolean;
  /** How many buttons a card may have; 0: none. */
  buttons: number;
  files: boolean;
  typing: boolean;
  inputSwitch: boolean;
  upload: boolean;
  catalogue: boolean;
}

const web: Abilities = {
  heroCards: true,
  buttons: Number.POSITIVE_INFINITY,
  files: true,
  typing: true,
  inputSwitch: true,
  upload: true,
  catalogue: true,
};
const plain: Abilities = {
  heroCards: false,
  buttons: 0,
  files: false,
  typing: false,
  inputSwitch: false,
  upload: false,
  catalogue: false,
};

/** The vendor's table of channels. */
const bySource: Record<string, Abilities> = {
  Default: web,
  Callback: web,
  Invitation: web,
  ChatInvitation: web,
  Campaign: web,
  Facebook: { ...plain, heroCards: true, buttons: 3 },
  WhatsApp: { ...plain, files: true, catalogue: true },
  Apple: { ...plain, typing: true, catalogue: true },
  VK: { ...plain, typing: true },
};

/** A source that is not told is the web chat's (a Bot Framework chatbot is told none); one that is not known shows text. */
export function abilitiesOf(source: string | undefined): Abilities {
  return source === undefined ? web : (ownMember(bySource, source) ?? plain);
}
