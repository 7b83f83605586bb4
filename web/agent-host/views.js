import { el, outside } from './dom.js';

const kinds = { case: 'Case', chat: 'Conversation with the bot' };

/** A customer with the way to their record. */
export function accountView({ name, phone, email, url }) {
  const facts = [
    ['Phone', phone && `+${phone}`.replace('++', '+')],
    ['E-mail', email],
  ].filter(([, value]) => value);
  return el(
    'section',
    { class: 'card', 'aria-labelledby': 'customer-name' },
    el('p', { class: 'kind' }, 'Customer'),
    el('h2', { id: 'customer-name' }, name || 'Without a name'),
    facts.length > 0 && el('dl', {}, ...facts.flatMap(([label, value]) => [el('dt', {}, label), el('dd', {}, value)])),
    el('p', {}, outside(url, 'Open the customer in Dynamics')),
  );
}

/** One record with the way to it. */
export function recordView({ kind, subject, status, url }) {
  return el(
    'article',
    { class: 'card' },
    el('p', { class: 'kind' }, kinds[kind] ?? 'Record', ' ', el('span', { class: `state ${status}` }, status)),
    el('h3', {}, subject || 'Without a subject'),
    el('p', {}, outside(url, 'Open the record in Dynamics')),
  );
}
