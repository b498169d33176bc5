// IOB2 tags and what they say: spans in a text, and labels with or without a role.

/** Read the spans out of tags, legal or not; `places` are where the tagged characters stand. */
export function decode(tags, places) {
  const spans = [];
  let first = 0;
  let before = "O";
  [...tags, "O"].forEach((tag, at) => {
    const goesOn = tag.startsWith("I-") && before !== "O" && tag.slice(2) === before.slice(2);
    if ((tag === "O" && before === "O") || goesOn) {
      before = tag;
      return;
    }
    if (before !== "O") spans.push({ start: first, end: places[at - 1] + 1, ...labelled(before.slice(2)) });
    if (tag !== "O") first = places[at];
    before = tag;
  });
  return spans;
}

function labelled(label) {
  const colon = label.indexOf(":");
  const entity = colon < 0 ? label : label.slice(0, colon);
  return { entity, role: colon < 0 ? null : label.slice(colon + 1) || null };
}

/** The labels that tags begin, in their order. */
export function labelsOf(tags) {
  return tags.filter((tag) => tag.startsWith("B-")).map((tag) => tag.slice(2));
}
