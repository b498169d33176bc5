// Where one types what one says.
import { onEnter } from "./entering.js";
import { number, t } from "./language.js";
import { CodePoints } from "./offsets.js";

const ROWS = 4; // lines that the field grows to
const NEAR = 0.8; // of the longest text, from where on the count is shown

const $ = (id) => document.getElementById(id);

/** The field; `send` is called with what is said, `changed` with each change of it. */
export class Composer {
  constructor(send, changed) {
    this.send = send;
    this.field = $("said");
    this.most = Number(this.field.dataset.maxTextLength);
    $("form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.meant();
      this.field.focus();
    });
    this.field.addEventListener("input", () => {
      this.measure();
      changed();
    });
    onEnter(this.field, () => this.meant());
  }

  get count() {
    return new CodePoints(this.field.value).length;
  }

  get isTooLong() {
    return this.count > this.most;
  }

  meant() {
    const text = this.field.value.trim();
    if (text && this.send(text)) this.put("");
  }

  /** Give back what was not taken, before what was typed since. */
  giveBack(text) {
    this.put([text, this.field.value].filter(Boolean).join(" "));
  }

  put(text) {
    this.field.value = text;
    this.measure();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  measure() {
    const { field, count, most } = this;
    field.rows = 1;
    while (field.scrollHeight > field.clientHeight + 2 && field.rows < ROWS) field.rows += 1;
    $("count").hidden = count <= NEAR * most;
    $("count").textContent = t("count", { count: number(count), most: number(most) });
    $("count").classList.toggle("over", this.isTooLong);
    field.setAttribute("aria-invalid", String(this.isTooLong));
  }
}
