// When and where it is for the bot: what 내일 is on another day.
import { el } from "./dom.js";
import { moment, t } from "./language.js";

const ZONE = "Asia/Seoul";
const $ = (id) => document.getElementById(id);

/** Show a clock `{ now, zone }`, "" for what is usual, and tell of each change. */
export function startClock(clock, changed) {
  $("now").value = clock.now;
  $("zone").value = clock.zone;
  $("zones").replaceChildren(...(Intl.supportedValuesOf?.("timeZone") ?? []).map((value) => el("option", { value })));
  const read = () => {
    showClock();
    changed({ now: $("now").value, zone: $("zone").value.trim() });
  };
  $("now").addEventListener("change", read);
  $("zone").addEventListener("change", read);
  $("clock-usual").addEventListener("click", () => {
    $("now").value = $("zone").value = "";
    read();
  });
}

/** Say in short which it is. */
export function showClock() {
  const now = $("now").value;
  $("clock-summary").textContent = t("talk_clock", { now: now ? moment(now, "short") : t("talk_clock_now"), zone: $("zone").value.trim() || ZONE });
}
