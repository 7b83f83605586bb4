import type { Article } from '../../../knowledge/article';

/** A small shop's knowledge base: far from banking, so that nothing rests on one trade's words. */
export function article(number: string, title: string, more: Partial<Article> = {}): Article {
  return {
    id: `id-${number}`,
    number,
    title,
    summary: '',
    keywords: [],
    html: '',
    language: 'en',
    modifiedAt: '2026-03-01T08:00:00Z',
    ...more,
  };
}

export const shopArticles: Article[] = [
  article('S-1', 'How long does delivery take?', {
    topic: 'delivery',
    summary: 'When your parcel arrives and how to follow it.',
    keywords: ['delivery time', 'parcel', 'track my order'],
    html: '<p>Parcels leave our warehouse within a day.</p><p>The courier needs two to four days.</p>',
  }),
  article('S-2', 'Sending something back', {
    topic: 'returns',
    summary: 'Return shoes or clothes that do not fit within thirty days.',
    keywords: ['return', 'refund', 'wrong size'],
    html: '<p>Print the label and hand the box in at any post office.</p>',
  }),
  article('S-3', 'Gift vouchers', {
    topic: 'vouchers',
    summary: 'Buy a voucher, redeem a code or check what is left on it.',
    keywords: ['voucher', 'gift card', 'redeem code'],
    html: '<p>Enter the code at the checkout.</p>',
  }),
  article('S-4', 'I forgot my password', {
    topic: 'password',
    summary: 'Reset the password of your account.',
    keywords: ['reset password', 'login', 'locked out'],
    html: '<p>We send a link by e-mail.</p>',
  }),
  article('S-5', 'Opening hours of our stores', {
    topic: 'hours',
    summary: 'When the stores open and close.',
    keywords: ['opening hours', 'store', 'sunday'],
    html: '<p>All stores open at nine.</p>',
  }),
];
