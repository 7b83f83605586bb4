import sanitizeHtml from 'sanitize-html';

/** An article as a reader gets it. */
export interface LinkedArticle {
  title: string;
  /** Its text as HTML; cleaned again before it is shown. */
  html: string;
  /** BCP 47. */
  language?: string;
  /** Where customers read it; without one this server shows it. */
  portalUrl?: string;
}

/** The article as a page of its own: nothing in it can run, load styles or submit. */
export function articlePage(article: LinkedArticle, nonce: string): string {
  const title = escapeHtml(article.title);
  return `<!doctype html>
<html lang="${escapeHtml(article.language ?? 'en')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<style nonce="${nonce}">
body { margin: 0; background: #f4f6f8; color: #1b2733; font: 17px/1.6 "Segoe UI", system-ui, sans-serif; }
main { max-width: 42rem; margin: 2rem auto; padding: 1.5rem clamp(1rem, 5vw, 3rem) 3rem; background: #fff; border-radius: 12px; }
h1 { font-size: 1.6rem; line-height: 1.25; }
a { color: #0b5cab; }
a:focus-visible { outline: 3px solid #0b5cab; outline-offset: 2px; }
img, table { max-width: 100%; }
td, th { border: 1px solid #c8d0d8; padding: .4rem .6rem; text-align: left; }
pre { overflow-x: auto; }
</style>
</head>
<body><main><h1>${title}</h1>
${clean(article.html)}
</main></body>
</html>
`;
}

function clean(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img'],
    allowedAttributes: { a: ['href'], img: ['src', 'alt'], th: ['colspan', 'rowspan', 'scope'], td: ['colspan', 'rowspan'] },
    allowedSchemes: ['https', 'http', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['https', 'data'] },
    // The page has its own first heading.
    transformTags: { h1: 'h2', a: sanitizeHtml.simpleTransform('a', { rel: 'noopener noreferrer' }) },
  });
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
