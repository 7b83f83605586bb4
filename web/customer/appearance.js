// How Web Chat and the cards in it look.
import { uploadAccept } from './uploads.js';

const font = '"Segoe UI", system-ui, -apple-system, Roboto, "Helvetica Neue", sans-serif';

/** Web Chat's options; `accent` is a color on which white can be read. */
export function styleOptions(accent) {
  return {
    rootHeight: '100%',
    rootWidth: '100%',
    backgroundColor: '#ffffff',
    accent,
    subtle: '#51606c',
    primaryFont: font,
    botAvatarInitials: 'CB',
    botAvatarBackgroundColor: accent,
    avatarSize: 32,
    bubbleBackground: '#eef2f6',
    bubbleBorderColor: '#d3dbe2',
    bubbleBorderRadius: 14,
    bubbleTextColor: '#17242f',
    bubbleFromUserBackground: accent,
    bubbleFromUserBorderColor: accent,
    bubbleFromUserBorderRadius: 14,
    bubbleFromUserTextColor: '#ffffff',
    bubbleMaxWidth: 480,
    bubbleAttachmentMaxWidth: 460,
    bubbleMinWidth: 60,
    bubbleAttachmentMinWidth: 200,
    paddingRegular: 12,
    sendBoxHeight: 52,
    sendBoxBorderTop: '1px solid #d3dbe2',
    sendBoxPlaceholderColor: '#51606c',
    sendBoxButtonColor: accent,
    sendTimeout: 20000,
    sendTimeoutForAttachments: 60000,
    suggestedActionLayout: 'flow',
    suggestedActionBorderRadius: 18,
    suggestedActionBackgroundColor: '#ffffff',
    suggestedActionBorderColor: accent,
    suggestedActionTextColor: accent,
    suggestedActionHeight: 38,
    timestampColor: '#51606c',
    typingAnimationBackgroundImage: typingDots(),
    typingAnimationHeight: 20,
    typingAnimationWidth: 52,
    typingAnimationDuration: 8000,
    // A long answer is read from its beginning.
    autoScrollSnapOnPage: true,
    // And what came below it is not to be missed.
    scrollToEndButtonBehavior: 'any',
    transcriptOverlayButtonBackground: accent,
    transcriptOverlayButtonBackgroundOnFocus: accent,
    transcriptOverlayButtonBackgroundOnHover: '#17242f',
    richCardWrapTitle: true,
    // Room for the reasons why several files were refused.
    toasterMaxHeight: 280,
    toasterSingularMaxHeight: 200,
    uploadAccept,
    uploadMultiple: true,
  };
}

/** The options of the adaptive cards. */
export function adaptiveCardsHostConfig(accent) {
  const foregroundColors = {
    default: { default: '#17242f', subtle: '#51606c' },
    accent: { default: accent, subtle: accent },
    good: { default: '#1c6b34', subtle: '#1c6b34' },
    warning: { default: '#7a4a00', subtle: '#7a4a00' },
    attention: { default: '#8a1f11', subtle: '#8a1f11' },
  };
  return {
    supportsInteractivity: true,
    fontFamily: font,
    fontSizes: { small: 13, default: 15, medium: 16, large: 19, extraLarge: 23 },
    fontWeights: { lighter: 300, default: 400, bolder: 600 },
    lineHeights: { small: 18, default: 22, medium: 24, large: 26, extraLarge: 30 },
    spacing: { small: 6, default: 10, medium: 14, large: 18, extraLarge: 26, padding: 14 },
    // Below the page's own headings.
    textBlock: { headingLevel: 3 },
    separator: { lineThickness: 1, lineColor: '#d3dbe2' },
    containerStyles: {
      default: {
        backgroundColor: '#ffffff',
        foregroundColors,
      },
      emphasis: {
        backgroundColor: '#f4f6f8',
        foregroundColors,
      },
    },
    actions: {
      maxActions: 6,
      spacing: 'default',
      // The style sheet lets them wrap and keeps them apart.
      buttonSpacing: 0,
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      showCard: { actionMode: 'inline', inlineTopMargin: 10 },
    },
  };
}

/** Three dots that come and go; Web Chat's own picture is a gray box. They stand still for those who want no motion. */
function typingDots() {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const dot = (index) => {
    const motion = `<animate attributeName='opacity' values='.25;1;.25' dur='1.2s' begin='${index * 0.2}s' repeatCount='indefinite'/>`;
    return `<circle cx='${10 + index * 16}' cy='10' r='4'>${isStill ? '' : motion}</circle>`;
  };
  const picture = `<svg xmlns='http://www.w3.org/2000/svg' width='52' height='20' fill='#51606c'>${[0, 1, 2].map(dot).join('')}</svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(picture)}")`;
}
