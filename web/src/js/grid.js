// A block copied from a spreadsheet: tabs and line ends part its cells, and one that holds such itself stands in quotes.
const CELL = /"((?:[^"]|"")*)"(?=[\t\n]|$)|[^\t\n]*/y;

export function grid(copied) {
  const text = copied.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  for (let at = 0; at <= text.length; at = CELL.lastIndex + 1) {
    CELL.lastIndex = at;
    const [plain, quoted] = CELL.exec(text);
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (text[CELL.lastIndex] === "\n") rows.push([]);
  }
  return rows;
}
