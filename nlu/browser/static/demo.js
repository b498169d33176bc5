// The page: what is typed is understood at once, on this machine.

const MOST_EXAMPLES = 8;
const MOST_RANKED = 5;
const LEAST_RANKED = 0.0005;
const place = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(share < 0.005 || (share > 0.995 && share < 0.9995) ? 1 : 0)}%`;

function made(tag, content, values = {}) {
  const element = Object.assign(document.createElement(tag), values);
  element.append(...[content].flat());
  return element;
}

const NAMES = { nlu_fallback: "알아듣지 못했습니다" };

function show(answer, why, milliseconds) {
  const { intent, entities, fallback } = answer;
  const how = answer.source === "pattern" ? "패턴에 있는 말" : `확신도 ${percent(intent.confidence)}`;
  place("verdict").replaceChildren(NAMES[intent.name] ?? intent.name, made("small", why || how));
  place("verdict").classList.toggle("fallback", fallback.is_fallback);
  place("marked").replaceChildren(...markedText(answer.text, entities));
  place("entities").hidden = !entities.length;
  place("entities").tBodies[0].replaceChildren(...entities.map(rowOf));
  place("ranking").replaceChildren(...answer.intent_ranking.filter(isLikely).slice(0, MOST_RANKED).map(rankedOf));
  place("json").textContent = JSON.stringify(answer, null, 2);
  place("told").textContent = `${milliseconds.toFixed(1)} ms에 알아들었습니다.`;
  place("answer").hidden = false;
}

function bestOf(answer) {
  return answer.intent_ranking.find(({ name }) => name !== "nlu_fallback")?.confidence ?? 0;
}

const isLikely = ({ confidence }, at) => at === 0 || confidence >= LEAST_RANKED;

function rowOf({ raw, entity, role, value, confidence_entity: confidence }) {
  const label = role === undefined ? entity : `${entity} (${role})`;
  return made("tr", [raw, label, String(value), percent(confidence)].map((cell) => made("td", cell)));
}

function rankedOf({ name, confidence }) {
  return made("li", [
    made("span", NAMES[name] ?? name), made("meter", [], { value: confidence }), made("span", percent(confidence)),
  ]);
}

/** The text with its entities marked; offsets count code points. */
function markedText(text, entities) {
  const chars = Array.from(text);
  const parts = [];
  let at = 0;
  for (const { start, end, entity } of entities) {
    parts.push(chars.slice(at, start).join(""), made("mark", chars.slice(start, end).join(""), { title: entity }));
    at = end;
  }
  return [...parts, chars.slice(at).join("")];
}

async function begin() {
  const field = place("utterance");
  const { load, reasonOf } = await import("./nlu.js"); // here, so that a browser too old to read it hears of it
  const nlu = await load(undefined, (loaded, whole) => {
    place("progress").value = loaded / whole;
    place("told").textContent = `모델을 불러옵니다… ${(loaded / 1e6).toFixed(1)} / ${(whole / 1e6).toFixed(1)} MB`;
  });
  let asked = 0;
  const understand = async () => {
    const number = ++asked;
    if (!field.value.trim()) {
      place("answer").hidden = true;
      place("told").textContent = "준비되었습니다.";
      return;
    }
    const start = performance.now();
    const answer = await nlu.parse(field.value);
    if (number !== asked) return; // a later keystroke has overtaken it
    const verdict = { ...answer.fallback, confidence: bestOf(answer) };
    show(answer, reasonOf(verdict, "ko"), performance.now() - start);
  };
  await nlu.parse("안녕하세요"); // the first answer takes longest
  place("progress").hidden = true;
  place("told").textContent = "준비되었습니다.";
  place("about").textContent = `모델 ${nlu.version} · 의도 ${nlu.intents.length}개`;
  place("examples").replaceChildren(
    ...Object.values(nlu.examples).slice(0, MOST_EXAMPLES).map((text) =>
      made("li", made("button", text, { type: "button", onclick: () => ((field.value = text), understand()) })),
    ),
  );
  field.disabled = false;
  field.addEventListener("input", understand);
  field.focus();
  await understand();
}

begin().catch((error) => {
  place("progress").hidden = true;
  place("told").className = "failed";
  place("told").textContent =
    `모델을 불러오지 못했습니다. 페이지를 새로 고치거나 새 브라우저로 열어 보세요. (${error.message ?? error})`;
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register("sw.js").catch(() => {}); // not on plain http
