// The color a page that frames us wants.
const usual = '#0b4f8a';

/** The color, darkened until white can be read on it (contrast 4.5); the usual one when it is no color such as #0b4f8a. */
export function readable(wanted) {
  if (!/^#[0-9a-f]{6}$/i.test(wanted ?? '')) return usual;
  let channels = [1, 3, 5].map((at) => Number.parseInt(wanted.slice(at, at + 2), 16));
  while (1.05 / (luminance(channels) + 0.05) < 4.5) channels = channels.map((channel) => Math.floor(channel * 0.95));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** After WCAG 2: how light a color is, 0 to 1. */
function luminance(channels) {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
