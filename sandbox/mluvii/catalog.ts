import type { JsonObject } from '../../common/json';
import type { Session } from './state';

/** What a tenant has set up besides operators. Tests may change the lists. */
export class Catalog {
  readonly heroCards: { displayName: string; heroCardId: number; languages: string[]; params: string[] }[] = [
    { displayName: 'Your details', heroCardId: 1, languages: ['en', 'cs'], params: ['oo1_guest_ident', 'oo1_guest_email'] },
    { displayName: 'Call me back', heroCardId: 2, languages: ['en'], params: ['oo1_guest_phone'] },
  ];
  readonly mediaObjects: { id: number; name: string }[] = [
    { id: 1, name: 'price-list.pdf' },
    { id: 2, name: 'branches.png' },
  ];
  readonly contacts: { crmIdentityId: number; data: Record<string, string[]> }[] = [
    {
      crmIdentityId: 9_943_973,
      data: {
        oo1_guest_ident: ['Ada Example'],
        oo1_guest_email: ['ada@example.com'],
        oo1_guest_phone: ['+420200000001'],
        CrmUrl: ['https://crm.example.com/main.aspx?pagetype=entityrecord&etn=contact&id=1'],
      },
    },
    { crmIdentityId: 8_527_408, data: { oo1_guest_ident: ['Ada Example'], oo1_guest_email: ['ada.e@example.org'] } },
  ];
  private nextContact = 9_950_000;

  /** Cards a session of this kind can show: not on every channel. */
  heroCardsFor({ source }: Session): JsonObject[] {
    if (!['Default', 'WhatsApp', 'Apple'].includes(source)) return [];
    return this.heroCards.map(({ displayName, heroCardId, languages }) => ({ displayName, heroCardId, languages }));
  }

  /** Contacts that have at least one of the guest's data in common; the more the better. */
  match({ callParams }: Session): JsonObject[] {
    const weights: Record<string, number> = { oo1_guest_email: 60, oo1_guest_phone: 60, oo1_guest_ident: 35, oo1_guest_guid: 95 };
    return this.contacts
      .map(({ crmIdentityId, data }) => {
        const fits = Object.keys(weights).filter((name) => data[name]?.includes(callParams[name] ?? ''));
        const score = Math.min(
          95,
          fits.reduce((sum, name) => sum + (weights[name] ?? 0), 0),
        );
        return { crmIdentityId, score, data };
      })
      .filter(({ score }) => score > 0)
      .sort((one, other) => other.score - one.score);
  }

  /** Makes a contact of what is known of the guest. */
  create({ callParams }: Session): number {
    const crmIdentityId = this.nextContact++;
    const known = Object.entries(callParams).filter(([name]) => name.startsWith('oo1_guest_'));
    this.contacts.push({ crmIdentityId, data: Object.fromEntries(known.map(([name, value]) => [name, [value]])) });
    return crmIdentityId;
  }
}
