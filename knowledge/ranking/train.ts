import type { LabelledText } from './articleTexts';
import { calibrate } from './calibrate';
import { holdOut } from './holdOut';
import { buildModel, type RankingModel } from './rankingModel';
import { trainScorers } from './trainScorers';

/** What there is to learn from. */
export interface TrainingInput {
  readonly texts: readonly LabelledText[];
  /** How many articles the labels name. */
  readonly classes: number;
}

/** Raise it with every change of what is learned from the same texts: rankings kept in files are then learned again. */
export const RANKING_VERSION = 1;

/** Learns a ranking with its confidence from texts alone. Takes seconds: not for the event loop. */
export function train(input: TrainingInput): RankingModel {
  const calibration = calibrate(holdOut(input.texts, input.classes), input.classes);
  return buildModel(trainScorers(input.texts, input.classes), calibration);
}
