// The form that asks for a job: its fields are what the server says that each kind takes.
import { el } from "./dom.js";
import { has, t } from "./language.js";

const titled = (key, name) => (has(key) ? t(key) : name);

/** The name of a kind of job. */
export const kindName = (name) => titled(`job_kind_${name}`, name);

/**
 * The form for a new job.
 *
 * @param kinds what `GET /jobs/kinds` gives
 * @param send called with the kind and the arguments that are not as usual
 */
export function jobForm(kinds, send) {
  const fields = el("div", { class: "job-fields" });
  const outcome = el("div", { role: "status" });
  const choice = el("select", { change: () => show() }, kinds.map(({ name }) => el("option", { value: name }, kindName(name))));
  const chosen = () => kinds.find(({ name }) => name === choice.value);
  const show = () => fields.replaceChildren(...Object.entries(chosen().arguments.properties ?? {}).map(field));
  const give = async (event) => {
    event.preventDefault();
    outcome.replaceChildren(await send(choice.value, given(fields)));
  };
  show();
  return el("form", { class: "job-form", submit: give },
    el("label", {}, t("job_kind"), " ", choice), fields,
    el("button", { type: "submit", class: "solid" }, t("job_start")), outcome);
}

function field([name, schema]) {
  const kind = (schema.anyOf ?? [schema]).find((one) => one.type !== "null") ?? {};
  return el("label", {}, ...(kind.type === "boolean" ? [input(name, schema, kind), " ", title(name)] : [title(name), input(name, schema, kind)]));
}

const title = (name) => (has(`job_argument_${name}`) ? `${t(`job_argument_${name}`)} (${name})` : name);

function input(name, schema, kind) {
  const usual = schema.default ?? "";
  if (kind.type === "boolean") return el("input", { type: "checkbox", name, "data-type": "boolean", checked: usual === true, "data-usual": String(usual === true) });
  if (kind.enum) {
    return el("select", { name, "data-type": "string" }, el("option", { value: "" }, t("job_usual")), kind.enum.map((one) => el("option", { value: one }, one)));
  }
  const isNumber = ["integer", "number"].includes(kind.type);
  const shown = Array.isArray(usual) ? usual.join(", ") : String(usual);
  const limits = isNumber ? { type: "number", step: kind.type === "integer" ? "1" : "any", min: kind.minimum, max: kind.maximum } : { type: "text" };
  const placeholder = shown || (kind.type === "array" ? t("job_several") : t("job_usual"));
  return el("input", { name, placeholder, autocomplete: "off", "data-type": isNumber ? "number" : kind.type, ...limits });
}

function given(fields) {
  const found = {};
  for (const one of fields.querySelectorAll("[name]")) {
    const value = valueOf(one);
    if (value !== undefined) found[one.name] = value;
  }
  return found;
}

function valueOf(one) {
  if (one.dataset.type === "boolean") return String(one.checked) === one.dataset.usual ? undefined : one.checked;
  const written = one.value.trim();
  if (!written) return undefined;
  if (one.dataset.type === "number") return Number(written);
  return one.dataset.type === "array" ? written.split(",").map((part) => part.trim()).filter(Boolean) : written;
}
