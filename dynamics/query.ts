/** A read of several rows. Column and set names are case sensitive in Dataverse. */
export interface Query {
  select: string[];
  filter?: string;
  orderBy?: string;
  top?: number;
}

/** The query as the part of the URL from `?` on; xrm-webapi-client adds it unencoded, so the values are encoded here. */
export function queryText(query: Query): string {
  const parts = [`$select=${query.select.map(encodeURIComponent).join(',')}`];
  if (query.filter !== undefined) parts.push(`$filter=${encodeURIComponent(query.filter)}`);
  if (query.orderBy !== undefined) parts.push(`$orderby=${encodeURIComponent(query.orderBy)}`);
  if (query.top !== undefined) parts.push(`$top=${query.top}`);
  return `?${parts.join('&')}`;
}

/** A text as an OData literal, safe for anything a customer may have typed. */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for the id of a row as Dataverse writes it. */
export function isGuid(text: string): boolean {
  return guidPattern.test(text);
}

/** A time as Dataverse takes it: UTC in whole seconds. */
export function wholeSeconds(timeInMs: number): string {
  return `${new Date(timeInMs).toISOString().slice(0, 19)}Z`;
}
