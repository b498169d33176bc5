// One colour for each entity type, the same everywhere on the page; the type's name always stands beside it.

const COUNT = 8;
const known = new Map();

/** Give the number of a type's colour. */
export function colourOf(entity) {
  if (!known.has(entity)) known.set(entity, known.size % COUNT);
  return known.get(entity);
}

/** Deal the colours out in a fixed order, so that a reload changes none. */
export const learnColours = (entities) => [...entities].sort().forEach(colourOf);
