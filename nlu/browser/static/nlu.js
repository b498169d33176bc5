// The one door of the bundle: `const nlu = await load(); await nlu.parse("판교 날씨 알려줘")`.

import { AskedLines } from "./nlu/asked.js";
import { AuthoredUtterances } from "./nlu/authored.js";
import { Corrector } from "./nlu/corrector.js";
import { Transitions } from "./nlu/crf.js";
import { EntityModel } from "./nlu/entities.js";
import { FeatureEncoder, TOKENIZERS } from "./nlu/features.js";
import { Lexicon } from "./nlu/lexicon.js";
import { Network, tensorIn } from "./nlu/networks.js";
import { Parser } from "./nlu/parser.js";
import { Spacer } from "./nlu/spacing.js";
import { Evidence, FallbackRule, reasonOf } from "./nlu/verdict.js";

export { reasonOf };

/**
 * Load the model of a bundle.
 *
 * @param {string|URL} url the bundle's folder; that of this file when left out.
 * @param {(loaded: number, whole: number) => void} told hears how many bytes of the model have come.
 * @returns {Promise<Parser>} answers utterances; nothing is requested any more.
 */
export async function load(url = new URL(".", import.meta.url), told = () => {}) {
  const folder = new URL("model/", new URL(url, import.meta.url));
  const about = await (await fetched(new URL("browser.json", folder))).json();
  const whole = Object.values(about.files).reduce((sum, size) => sum + size, 0);
  let loaded = 0;
  const names = Object.keys(about.files);
  const contents = await Promise.all(
    names.map(async (name) => {
      const bytes = new Uint8Array(await (await fetched(new URL(name, folder))).arrayBuffer());
      told((loaded += bytes.length), whole);
      return bytes;
    }),
  );
  return new Parser(await modelOf(about, new Map(names.map((name, at) => [name, contents[at]]))));
}

async function fetched(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response;
}

async function modelOf(about, files) {
  const json = (name) => (files.has(name) ? JSON.parse(new TextDecoder().decode(files.get(name))) : null);
  const shared = json("model.json");
  const lexicon = new Lexicon(json("lexicon.json"));
  const tokenize = TOKENIZERS[about.tokenizer];
  if (!tokenize) throw new Error(`no tokenizer '${about.tokenizer}'; there are: ${Object.keys(TOKENIZERS).join(", ")}`);
  const weights = files.get("entity.safetensors");
  const scores = (name) => tensorIn(weights, `crf.${name}`);
  const networks = {
    intent: await Network.open(files.get("intent.onnx"), files.get("intent.safetensors"), "intent.safetensors"),
    entity: await Network.open(files.get("entity.onnx"), weights, "entity.safetensors"),
  };
  return {
    version: about.version,
    examples: about.examples,
    intents: shared.intents,
    lexicon,
    corrector: new Corrector(json("corrector.json"), files.get("common_words.bin")),
    spacer: new Spacer(json("spacing.json"), files.get("spacing.safetensors")),
    encoder: new FeatureEncoder(json("vocabularies.json"), shared.features, lexicon, tokenize),
    networks,
    entities: new EntityModel({
      network: networks.entity,
      transitions: new Transitions(scores("start_transitions"), scores("transitions"), scores("end_transitions")),
      tags: shared.tags,
      bounds: { known: shared.least_dictionary_confidence, unknown: shared.least_entity_confidence },
      endsBeforeParticles: shared.entities_end_before_particles,
    }),
    evidence: new Evidence(json("evidence.json"), shared.intents.length),
    rule: new FallbackRule(shared.fallback),
    asked: new AskedLines(json("asked.json") ?? {}),
    authored: new AuthoredUtterances(
      json("authored_patterns.json"), json("authored_rows.json"), shared.authored_whole_words,
    ),
  };
}
