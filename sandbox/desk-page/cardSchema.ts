import { z } from 'zod';
import type { JsonObject } from '../../common/json';

/** An Adaptive Card, checked no further than that it is one: trying what the desk does with an odd card is the point. */
export const cardSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && (value as { type?: unknown }).type === 'AdaptiveCard',
  'must be an object with type AdaptiveCard',
);
