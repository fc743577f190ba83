// Whether a letter is text there, not a key of the page. A dialog that was just closed still holds the focus for a
// moment: what is pressed then is meant for the page behind it.
export function isTyping(event) {
  return Boolean(event.target.closest("input, textarea, select, [contenteditable], dialog")) && !event.target.closest("dialog:not([open])");
}
