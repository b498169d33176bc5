// Enter means what was typed, but not while a syllable is composed.

/** Call `meant` when what stands in a field is meant. */
export function onEnter(field, meant) {
  let shift = false;
  field.addEventListener("keydown", (event) => {
    shift = event.shiftKey;
    // While a syllable is being composed, Enter belongs to the input method; Safari says so by the code alone.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    meant();
  });
  // A new line that no key was seen for: phones send it so, and some input methods after what they composed.
  field.addEventListener("beforeinput", (event) => {
    if (!["insertLineBreak", "insertParagraph"].includes(event.inputType) || shift || event.isComposing) return;
    event.preventDefault();
    meant();
  });
}
