/** What a column takes. `option` is given as a number or as text and read back as a number. */
export type ColumnType = 'text' | 'int' | 'bool' | 'time' | 'option' | 'id';

export interface Column {
  type: ColumnType;
  longest?: number;
  isRequired?: boolean;
  /** Written by the system or by Live Assist, never through the API by a bot. */
  isReadOnly?: boolean;
  options?: readonly number[];
  initial?: string | number | boolean | null;
}

export interface Lookup {
  set: string;
  /** The column under which the id is read. */
  column: string;
}

export interface Table {
  set: string;
  logicalName: string;
  key: string;
  columns: Record<string, Column>;
  /** Single-valued navigation properties, set by `<name>@odata.bind`. */
  lookups: Record<string, Lookup>;
  /** Columns of lookups that must be set. */
  requiredLookups?: readonly string[];
  /** Collection navigation properties: name → entity set. */
  collections: Record<string, string>;
  /** Status reasons by state; a row in a state other than 0 is read only when `isReadOnlyWhenDone`. */
  states: Record<number, number[]>;
  isReadOnlyWhenDone?: boolean;
}

const text = (longest: number, extra: Partial<Column> = {}): Column => ({ type: 'text', longest, ...extra });
const systemTime: Column = { type: 'time', isReadOnly: true };
const system = { createdon: systemTime, modifiedon: systemTime };
const openOrDone = { 0: [1, 3, 4], 1: [2], 2: [3] };

const chatActivities: Table = {
  set: 'cxlvhlp_chatactivities',
  logicalName: 'cxlvhlp_chatactivity',
  key: 'activityid',
  columns: {
    ...system,
    activityid: { type: 'id' },
    subject: text(200, { isRequired: true }),
    cxlvhlp_chatstarttime: { type: 'time', isRequired: true },
    cxlvhlp_chatendtime: { type: 'time' },
    cxlvhlp_ChatOrigin: { type: 'option', options: [100_000_000, 100_000_001] },
    cxlvhlp_SourcePageURL: text(2000),
    cxlvhlp_IsCustomerAuthenticated: { type: 'bool' },
    cxlvhlp_EndReason: { type: 'option', options: [100_000_000, 100_000_001, 100_000_002, 100_000_003, 100_000_004] },
    cxlvhlp_botname: text(100),
    cxlvhlp_channel: text(100),
    cxlvhlp_chatsessionid: text(100, { isReadOnly: true }),
    cxlvhlp_AgentClientType: text(100, { isReadOnly: true }),
    cxlvhlp_chattranscripturl: text(2000, { isReadOnly: true }),
    cxlvhlp_duration: { type: 'int', isReadOnly: true },
    statecode: { type: 'option', options: [0, 1, 2], initial: 0 },
    statuscode: { type: 'option', initial: 1 },
  },
  lookups: {
    cxlvhlp_customer_cxlvhlp_chatactivity_contact: { set: 'contacts', column: '_cxlvhlp_customer_value' },
    regardingobjectid_contact: { set: 'contacts', column: '_regardingobjectid_value' },
  },
  collections: { cxlvhlp_knowledgearticlessentbybot_relationship: 'cxlvhlp_kbrecordsforbotconversations' },
  states: openOrDone,
  isReadOnlyWhenDone: true,
};

const kbRecords: Table = {
  set: 'cxlvhlp_kbrecordsforbotconversations',
  logicalName: 'cxlvhlp_kbrecordsforbotconversation',
  key: 'cxlvhlp_kbrecordsforbotconversationid',
  columns: {
    ...system,
    cxlvhlp_kbrecordsforbotconversationid: { type: 'id' },
    cxlvhlp_readbycustomer: { type: 'bool', initial: false },
  },
  lookups: { cxlvhlp_associatedkbarticle: { set: 'knowledgearticles', column: '_cxlvhlp_associatedkbarticle_value' } },
  collections: {},
  states: {},
};

const articles: Table = {
  set: 'knowledgearticles',
  logicalName: 'knowledgearticle',
  key: 'knowledgearticleid',
  columns: {
    ...system,
    knowledgearticleid: { type: 'id' },
    title: text(4000, { isRequired: true }),
    content: text(1_048_576),
    description: text(155),
    keywords: text(4000),
    articlepublicnumber: text(100),
    majorversionnumber: { type: 'int', initial: 1 },
    minorversionnumber: { type: 'int', initial: 0 },
    isinternal: { type: 'bool', initial: false },
    islatestversion: { type: 'bool', initial: true },
    isprimary: { type: 'bool', initial: true },
    isrootarticle: { type: 'bool', initial: false },
    publishon: { type: 'time' },
    expirationdate: { type: 'time' },
    swb_topickey: text(100),
    statecode: { type: 'option', options: [0, 1, 2, 3, 4, 5, 6], initial: 0 },
    statuscode: { type: 'option', initial: 2 },
  },
  lookups: { languagelocaleid: { set: 'languagelocale', column: '_languagelocaleid_value' } },
  collections: {},
  states: { 0: [1, 2, 3, 4], 1: [5], 2: [6], 3: [7, 8, 9], 4: [10, 11], 5: [12, 13], 6: [14] },
};

const contacts: Table = {
  set: 'contacts',
  logicalName: 'contact',
  key: 'contactid',
  columns: {
    ...system,
    contactid: { type: 'id' },
    firstname: text(50),
    lastname: text(50),
    fullname: text(160, { isReadOnly: true }),
    emailaddress1: text(100),
    telephone1: text(50),
    telephone2: text(50),
    mobilephone: text(50),
    externaluseridentifier: text(50),
    statecode: { type: 'option', options: [0, 1], initial: 0 },
    statuscode: { type: 'option', initial: 1 },
  },
  lookups: {},
  collections: {},
  states: { 0: [1], 1: [2] },
};

const cases: Table = {
  set: 'incidents',
  logicalName: 'incident',
  key: 'incidentid',
  columns: {
    ...system,
    incidentid: { type: 'id' },
    title: text(200, { isRequired: true }),
    description: text(2000),
    ticketnumber: text(100, { isReadOnly: true }),
    caseorigincode: { type: 'option', options: [1, 2, 3, 2483, 3986, 700_610_000] },
    customersatisfactioncode: { type: 'option', options: [1, 2, 3, 4, 5] },
    prioritycode: { type: 'option', options: [1, 2, 3], initial: 2 },
    statecode: { type: 'option', options: [0, 1, 2], initial: 0 },
    statuscode: { type: 'option', initial: 1 },
  },
  lookups: { customerid_contact: { set: 'contacts', column: '_customerid_value' } },
  requiredLookups: ['_customerid_value'],
  collections: {},
  states: { 0: [1, 2, 3, 4], 1: [5, 1000], 2: [6, 2000] },
  isReadOnlyWhenDone: true,
};

const notes: Table = {
  set: 'annotations',
  logicalName: 'annotation',
  key: 'annotationid',
  columns: {
    ...system,
    annotationid: { type: 'id' },
    subject: text(500),
    notetext: text(100_000),
    isdocument: { type: 'bool', initial: false },
    filename: text(255),
    mimetype: text(256),
    documentbody: { type: 'text' },
    filesize: { type: 'int', isReadOnly: true },
  },
  lookups: {
    objectid_incident: { set: 'incidents', column: '_objectid_value' },
    objectid_cxlvhlp_chatactivity: { set: 'cxlvhlp_chatactivities', column: '_objectid_value' },
    objectid_contact: { set: 'contacts', column: '_objectid_value' },
  },
  collections: {},
  states: {},
};

const tasks: Table = {
  set: 'tasks',
  logicalName: 'task',
  key: 'activityid',
  columns: {
    ...system,
    activityid: { type: 'id' },
    subject: text(200, { isRequired: true }),
    description: text(100_000),
    statecode: { type: 'option', options: [0, 1, 2], initial: 0 },
    statuscode: { type: 'option', initial: 2 },
  },
  lookups: { regardingobjectid_contact_task: { set: 'contacts', column: '_regardingobjectid_value' } },
  collections: {},
  states: { 0: [2, 3, 4, 7], 1: [5], 2: [6] },
  isReadOnlyWhenDone: true,
};

const languages: Table = {
  set: 'languagelocale',
  logicalName: 'languagelocale',
  key: 'languagelocaleid',
  columns: { languagelocaleid: { type: 'id' }, code: text(20), language: text(100), localeid: { type: 'int' } },
  lookups: {},
  collections: {},
  states: {},
};

/** The tables of the stand-in by entity set. Names are case sensitive, as in Dataverse. */
export const tables: ReadonlyMap<string, Table> = new Map(
  [chatActivities, kbRecords, articles, contacts, cases, notes, tasks, languages].map((table) => [table.set, table]),
);
