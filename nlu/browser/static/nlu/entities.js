// The entities of a text: those that the network tagged, and those of the dictionary, likely enough.

import { Ground } from "./edges.js";
import { merge } from "./merge.js";
import { decode, labelsOf } from "./tags.js";

/** What finds entities: the network, its tags and the scores between them, and how sure it must be. */
export class EntityModel {
  constructor({ network, transitions, tags, bounds, endsBeforeParticles }) {
    Object.assign(this, { network, transitions, tags, bounds, endsBeforeParticles });
    this.labels = labelsOf(tags);
    this.ids = new Map(tags.map((tag, id) => [tag, id]));
    this.labelsOf = new Map();
    for (const label of this.labels) {
      const [entity] = label.split(":");
      this.labelsOf.set(entity, [...(this.labelsOf.get(entity) ?? []), label]);
    }
  }

  async infer(tensors, units) {
    const scores = await this.network.run(tensors, "emissions");
    const size = this.tags.length;
    return this.transitions.infer(Array.from({ length: units }, (_, at) => scores.slice(at * size, (at + 1) * size)));
  }

  /** How likely each label is to be in the utterance. */
  present(inferred) {
    return this.labels.map((label) => inferred.anywhere(this.ids.get(`B-${label}`)));
  }

  find(reading, features, inferred, lexicon, tokenize) {
    const tagged = decode(inferred.path.map((id) => this.tags[id]), features.places);
    if (!tagged.length && !features.matches.length) return [];
    const rowOf = new Map(features.places.map((at, row) => [at, row]));
    const confidence = ({ start, end, entity, role }) => {
      const [first, last] = [rowOf.get(start), rowOf.get(end - 1)];
      if (first === undefined || last === undefined) return 0;
      const labels = role ? [`${entity}:${role}`] : this.labelsOf.get(entity) ?? [];
      const each = labels.map((label) =>
        inferred.confidence(first, last + 1, this.ids.get(`B-${label}`), this.ids.get(`I-${label}`)),
      );
      return Math.min(1, each.reduce((sum, one) => sum + one, 0));
    };
    const { matches } = features;
    const sources = { tagged, matches, lexicon, confidence, endsBeforeParticles: this.endsBeforeParticles };
    return merge(new Ground(reading, tokenize(reading.chars)), sources, this.bounds);
  }
}
