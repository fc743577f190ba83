// The letters of the screens, in small pieces by character range: a page loads the pieces whose characters it shows.
// Two weights, not a variable font: it weighs more than twice as much. What the words of the house are written with
// comes in pieces of its own: first what most screens show (letters.txt, a line for each weight: the syllables by how
// many of 183 screens of the demo company showed them), then the rest as often as it stands in the catalogue. Then, for
// names, a thousand more in the order of Pretendard's pieces, which end with what is most frequent in Korean; every
// other character in Pretendard's.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import subset from "subset-font";

const FAMILY = "Onmaru Sans"; // Pretendard's licence keeps its name for whole fonts
const WEIGHTS = { Regular: "100 550", SemiBold: "551 900" };
const FEATURES = ["calt", "ccmp", "kern", "locl", "tnum"];
const LATIN = String.fromCharCode(...Array.from({ length: 95 }, (_, place) => 32 + place)) + "·…“”‘’△₩–—×•→←↑";
// The pieces of headings are smaller: a screen has few.
const PIECE = { Regular: 48, SemiBold: 32 };
const MORE = 1024;

// Writes fonts.css and what it names into the folder `out`.
export async function draw({ modules, words, shown, out }) {
  const from = path.join(modules, "pretendard/dist/web/static");
  await mkdir(out, { recursive: true });
  const css = await readFile(path.join(from, "pretendard-dynamic-subset.css"), "utf8");
  const ranges = [...css.matchAll(/Pretendard-Regular\.subset\.(\d+)\.woff2.*?unicode-range:\s*([^;]+);/gs)];
  const own = await syllables(words);
  const often = (await readFile(shown, "utf8")).trim().split("\n");
  const more = ranges.toReversed().flatMap(([, , range]) => hangul(range)).filter((one) => !own.includes(one)).slice(0, MORE);
  const faces = [];
  for (const [place, weight] of Object.keys(WEIGHTS).entries()) {
    const first = [...new Set([...often[place], ...own])];
    faces.push(...(await letters(from, out, weight, [LATIN, ...cut(first, PIECE[weight]), ...cut(more, PIECE.Regular)])));
  }
  const ours = new Set([...LATIN, ...own, ...more]);
  const rest = ranges.filter(([, , range]) => !characters(range).every((one) => ours.has(one)));
  await writeFile(path.join(out, "fonts.css"), [...theirs(rest, from), ...faces].join("\n"));
}

// Of two faces with a character, the browser takes the one that is said last.
function theirs(ranges, from) {
  return ranges.flatMap(([, number, range]) => Object.keys(WEIGHTS).map((weight) => face(weight, path.join(from, `woff2-dynamic-subset/Pretendard-${weight}.subset.${number}.woff2`), range)));
}

function characters(range) {
  const spans = range.split(",").map((one) => one.trim().slice(2).split("-").map((code) => parseInt(code, 16)));
  const codes = spans.flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, place) => first + place));
  return codes.map((code) => String.fromCodePoint(code));
}

const hangul = (range) => characters(range).filter((one) => one >= "가" && one <= "힣");

const cut = (all, size) => Array.from({ length: Math.ceil(all.length / size) }, (_, place) => all.slice(place * size, (place + 1) * size).join(""));

async function letters(from, out, weight, pieces) {
  const whole = await readFile(path.join(from, `woff2/Pretendard-${weight}.woff2`));
  const faces = [];
  for (const [place, text] of pieces.entries()) {
    const file = path.join(out, `${weight.toLowerCase()}-${place}.woff2`);
    await writeFile(file, await subset(whole, text, { targetFormat: "woff2", keepFeatures: FEATURES }));
    faces.push(face(weight, file, [...text].map((one) => `U+${one.codePointAt(0).toString(16)}`).join(",")));
  }
  return faces;
}

const face = (weight, file, range) => `@font-face{font-family:"${FAMILY}";font-weight:${WEIGHTS[weight]};font-display:swap;src:url("${file}") format("woff2");unicode-range:${range}}`;

// The syllables of the catalogue, the most frequent first.
async function syllables(folder) {
  const seen = new Map();
  for (const name of await readdir(folder)) {
    for (const [one] of (await readFile(path.join(folder, name), "utf8")).matchAll(/[가-힣]/g)) seen.set(one, (seen.get(one) ?? 0) + 1);
  }
  return [...seen].sort(([one, often], [other, less]) => less - often || (one < other ? -1 : 1)).map(([one]) => one);
}
