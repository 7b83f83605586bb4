import { incidents } from '../../dynamics/cases';
import { sets } from '../../dynamics/names';

export type LinkedKind = 'account' | 'case' | 'chat';

const tables: Record<LinkedKind, { table: string; set: string }> = {
  account: { table: 'contact', set: sets.contacts },
  case: { table: 'incident', set: incidents },
  chat: { table: 'cxlvhlp_chatactivity', set: sets.chatActivities },
};

/** The address under which a model-driven app of this environment shows a record. */
export function appTemplate(environmentUrl: string): string {
  return `${environmentUrl}/main.aspx?pagetype=entityrecord&etn={table}&id={id}`;
}

/** The address of a record for people. */
export function recordLink(template: string, kind: LinkedKind, id: string): string {
  const { table, set } = tables[kind];
  return template.replaceAll('{table}', table).replaceAll('{set}', set).replaceAll('{id}', encodeURIComponent(id));
}
