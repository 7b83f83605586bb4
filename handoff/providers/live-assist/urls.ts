/** The same path and query on our own side of any gateway: a link of the desk's never leads us to another host. */
export function onOrigin(origin: string, link: string): string | undefined {
  if (!URL.canParse(link, origin)) return undefined;
  const url = new URL(link, origin);
  return `${origin}${url.pathname}${url.search}`;
}
