import type { JsonObject, JsonValue } from '../../common/json';
import { readable } from './read';
import type { Row, Rows } from './rows';
import { type Table, tables } from './schema';

/** One value on the records page; `time` is shown in the reader's own zone, `to` leads to another record. */
export interface Cell {
  text: string;
  time?: string;
  to?: string;
}

export interface ListView {
  title: string;
  columns: string[];
  rows: { to: string; cells: Cell[] }[];
}

export interface DetailView {
  title: string;
  facts: { label: string; value: Cell }[];
  lists: ListView[];
  article?: { id: string; isPublished: boolean; title: string; summary: string; keywords: string; html: string };
}

const kbRelation = 'cxlvhlp_knowledgearticlessentbybot_relationship';

const choices: Record<string, Record<number, string>> = {
  cxlvhlp_ChatOrigin: { 100000000: 'Web', 100000001: 'Mobile' },
  cxlvhlp_EndReason: {
    100000000: 'Agent disconnected',
    100000001: 'Agent ended chat',
    100000002: 'Visitor disconnected',
    100000003: 'Visitor started a new chat',
    100000004: 'Visitor ended chat',
  },
  activityState: { 0: 'Open', 1: 'Completed', 2: 'Canceled' },
  articleState: { 0: 'Draft', 1: 'Approved', 2: 'Scheduled', 3: 'Published', 4: 'Expired', 5: 'Archived', 6: 'Discarded' },
  contactState: { 0: 'Active', 1: 'Inactive' },
  caseState: { 0: 'Active', 1: 'Resolved', 2: 'Canceled' },
  caseorigincode: { 1: 'Phone', 2: 'E-mail', 3: 'Web', 2483: 'Facebook', 3986: 'Twitter', 700610000: 'IoT' },
  customersatisfactioncode: {
    1: 'Very dissatisfied',
    2: 'Dissatisfied',
    3: 'Neutral',
    4: 'Satisfied',
    5: 'Very satisfied',
  },
  prioritycode: { 1: 'High', 2: 'Normal', 3: 'Low' },
};

/** Shown elsewhere on the page, or too long for it. */
const hiddenColumns: Record<string, string[]> = {
  knowledgearticles: ['content', 'title', 'description', 'keywords'],
  annotations: ['documentbody'],
};

const labels: Record<string, string> = {
  subject: 'Subject',
  cxlvhlp_chatstarttime: 'Started',
  cxlvhlp_chatendtime: 'Ended',
  cxlvhlp_ChatOrigin: 'Origin',
  cxlvhlp_SourcePageURL: 'Source page',
  cxlvhlp_IsCustomerAuthenticated: 'Customer authenticated',
  cxlvhlp_EndReason: 'End reason',
  cxlvhlp_botname: 'Bot',
  cxlvhlp_channel: 'Channel',
  cxlvhlp_chatsessionid: 'Live Assist chat',
  cxlvhlp_AgentClientType: 'Agent client',
  cxlvhlp_chattranscripturl: 'Transcript',
  cxlvhlp_duration: 'Duration in seconds',
  cxlvhlp_readbycustomer: 'Read by the customer',
  _cxlvhlp_customer_value: 'Customer',
  _regardingobjectid_value: 'Regarding',
  _cxlvhlp_associatedkbarticle_value: 'Article',
  _objectid_value: 'Belongs to',
  _languagelocaleid_value: 'Language',
  statecode: 'State',
  statuscode: 'Status reason',
  createdon: 'Created',
  modifiedon: 'Changed',
  articlepublicnumber: 'Number',
  description: 'Description',
  notetext: 'Text',
  fullname: 'Name',
  emailaddress1: 'E-mail',
  telephone1: 'Phone',
  telephone2: 'Home phone',
  mobilephone: 'Mobile phone',
  externaluseridentifier: 'External user identifier',
  ticketnumber: 'Case number',
  caseorigincode: 'Origin',
  customersatisfactioncode: 'Satisfaction',
  prioritycode: 'Priority',
  _customerid_value: 'Customer',
  isdocument: 'Has a file',
  filename: 'File',
  mimetype: 'File type',
  filesize: 'File size in bytes',
  title: 'Title',
  keywords: 'Keywords',
  majorversionnumber: 'Major version',
  minorversionnumber: 'Minor version',
  isinternal: 'Internal',
  islatestversion: 'Latest version',
  isprimary: 'Primary language',
  isrootarticle: 'Root article',
  publishon: 'Publish on',
  expirationdate: 'Expires',
  swb_topickey: 'Topic key',
};

/** Lists by entity set, in the order of the page's menu. */
export const menu: { set: string; title: string; columns: string[] }[] = [
  {
    set: 'cxlvhlp_chatactivities',
    title: 'Chats',
    columns: ['subject', 'cxlvhlp_chatstarttime', 'statecode', 'cxlvhlp_EndReason', 'cxlvhlp_channel'],
  },
  { set: 'tasks', title: 'Messages', columns: ['subject', 'createdon', 'statecode', '_regardingobjectid_value'] },
  { set: 'knowledgearticles', title: 'Articles', columns: ['title', 'articlepublicnumber', 'statecode', 'modifiedon'] },
  {
    set: 'cxlvhlp_kbrecordsforbotconversations',
    title: 'Articles sent',
    columns: ['_cxlvhlp_associatedkbarticle_value', 'cxlvhlp_readbycustomer', 'createdon'],
  },
  { set: 'incidents', title: 'Cases', columns: ['title', 'ticketnumber', '_customerid_value', 'statecode', 'createdon'] },
  { set: 'annotations', title: 'Notes', columns: ['subject', 'notetext', 'filename', 'createdon'] },
  { set: 'contacts', title: 'Contacts', columns: ['fullname', 'emailaddress1', 'telephone1'] },
];

/** The records of one set, newest first. */
export function listView(rows: Rows, set: string): ListView | undefined {
  const entry = menu.find((one) => one.set === set);
  return entry && list(rows, set, entry.title, rows.all(set).sort(newestFirst));
}

/** One record with everything that hangs on it. */
export function detailView(rows: Rows, set: string, id: string): DetailView | undefined {
  const table = tables.get(set);
  const row = table && rows.get(set, id);
  if (!table || !row) return undefined;
  const hidden = new Set(hiddenColumns[set] ?? []);
  const facts = Object.entries(readable(table, row))
    .filter(([name, value]) => value !== null && !hidden.has(name))
    .map(([name, value]) => ({
      label: name === table.key ? 'Id' : (labels[name] ?? name),
      value: cell(rows, table, name, value),
    }));
  const view: DetailView = { title: titleOf(table, row), facts, lists: [] };
  if (set === 'cxlvhlp_chatactivities') {
    const sent = rows.links(id, kbRelation).flatMap((child) => rows.get('cxlvhlp_kbrecordsforbotconversations', child) ?? []);
    view.lists.push(list(rows, 'cxlvhlp_kbrecordsforbotconversations', 'Articles sent by the bot', sent));
    const notes = rows.all('annotations').filter((note) => note.values['_objectid_value'] === row.id);
    view.lists.push(list(rows, 'annotations', 'Notes', notes));
    const messages = rows.all('tasks').filter((task) => String(task.values['description'] ?? '').includes(row.id));
    view.lists.push(list(rows, 'tasks', 'Messages', messages));
  }
  if (set === 'cxlvhlp_kbrecordsforbotconversations') {
    const chats = rows.parents(id).flatMap((parent) => rows.get('cxlvhlp_chatactivities', parent) ?? []);
    view.lists.push(list(rows, 'cxlvhlp_chatactivities', 'Sent in', chats));
  }
  if (set === 'contacts') {
    const chats = rows.all('cxlvhlp_chatactivities').filter((chat) => chat.values['_cxlvhlp_customer_value'] === row.id);
    view.lists.push(list(rows, 'cxlvhlp_chatactivities', 'Chats', chats.sort(newestFirst)));
    const cases = rows.all('incidents').filter((one) => one.values['_customerid_value'] === row.id);
    view.lists.push(list(rows, 'incidents', 'Cases', cases.sort(newestFirst)));
  }
  if (set === 'incidents') {
    const notes = rows.all('annotations').filter((note) => note.values['_objectid_value'] === row.id);
    view.lists.push(list(rows, 'annotations', 'Notes', notes.sort(newestFirst)));
  }
  if (set === 'knowledgearticles') view.article = articleOf(row);
  return view;
}

function articleOf({ id, values }: Row): NonNullable<DetailView['article']> {
  const text = (name: string) => String(values[name] ?? '');
  return {
    id,
    isPublished: values['statecode'] === 3,
    title: text('title'),
    summary: text('description'),
    keywords: text('keywords'),
    html: text('content'),
  };
}

function list(rows: Rows, set: string, title: string, found: Row[]): ListView {
  const table = tables.get(set);
  const columns = menu.find((entry) => entry.set === set)?.columns ?? [];
  if (!table) return { title, columns: [], rows: [] };
  return {
    title,
    columns: columns.map((name) => labels[name] ?? name),
    rows: found.map((row) => {
      const values: JsonObject = readable(table, row);
      return { to: `${set}/${row.id}`, cells: columns.map((name) => cell(rows, table, name, values[name] ?? null)) };
    }),
  };
}

function cell(rows: Rows, table: Table, name: string, value: JsonValue): Cell {
  if (value === null) return { text: '–' };
  if (typeof value === 'boolean') return { text: value ? 'Yes' : 'No' };
  const lookups = Object.values(table.lookups).filter(({ column }) => column === name);
  if (lookups.length > 0) {
    for (const { set } of lookups) {
      const target = rows.get(set, String(value));
      const targetTable = tables.get(set);
      if (!target || !targetTable) continue;
      const isListed = menu.some((entry) => entry.set === set);
      return { text: titleOf(targetTable, target), ...(isListed && { to: `${set}/${target.id}` }) };
    }
    return { text: String(value) };
  }
  if (table.columns[name]?.type === 'time') return { text: String(value), time: String(value) };
  const states =
    { knowledgearticles: 'articleState', contacts: 'contactState', incidents: 'caseState' }[table.set] ?? 'activityState';
  const choice = choices[name === 'statecode' ? states : name]?.[Number(value)];
  return { text: choice ?? String(value) };
}

function titleOf(table: Table, { values, id }: Row): string {
  const name = values['subject'] ?? values['title'] ?? values['fullname'] ?? values['language'];
  return typeof name === 'string' && name !== '' ? name : `${table.logicalName} ${id.slice(0, 8)}`;
}

function newestFirst(a: Row, b: Row): number {
  const time = (row: Row) => String(row.values['cxlvhlp_chatstarttime'] ?? row.values['createdon'] ?? '');
  return time(b).localeCompare(time(a));
}
