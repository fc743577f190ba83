// The letters of the screens, in small pieces by character range: a page loads the pieces whose characters it shows.
// Two weights, not a variable font: it weighs more than twice as much. What the words of the house are written with
// comes in pieces of its own: first what most screens show (letters.txt, a line for each weight: the syllables by how
// many of 183 screens of the demo company showed them), then the rest as often as it stands in the catalogue. Then, for
// names, a thousand more in the order of Pretendard's pieces, which end with what is most frequent in Korean; all other
// syllables in blocks as they are numbered, which style sheets say in few words; every other character in Pretendard's.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import subset from "subset-font";

const FAMILY = "Onmaru Sans"; // Pretendard's licence keeps its name for whole fonts
const WEIGHTS = { Regular: "100 550", SemiBold: "551 900" };
const FEATURES = ["calt", "ccmp", "kern", "locl", "tnum"];
const LATIN = String.fromCharCode(...Array.from({ length: 95 }, (_, place) => 32 + place)) + "·…“”‘’△₩–—×•→←↑●÷✓−▲▼⋮";
// Many letters of what most screens show are seen together, fewer in headings, of all others a few each.
const OFTEN = { Regular: 48, SemiBold: 32 };
const SELDOM = 24;
const MORE = 1024;
const [FIRST, LAST, BLOCK] = [0xac00, 0xd7a3, 128];

// Writes fonts.css and what it names into the folder `out`.
export async function draw({ modules, words, shown, out }) {
  const from = path.join(modules, "pretendard/dist");
  await mkdir(out, { recursive: true });
  const css = await readFile(path.join(from, "web/static/pretendard-dynamic-subset.css"), "utf8");
  const theirs = [...css.matchAll(/Pretendard-Regular\.subset\.(\d+)\.woff2.*?unicode-range:\s*([^;]+);/gs)].map(([, number, range]) => ({ number, all: codes(range) }));
  const often = (await readFile(shown, "utf8")).trim().split("\n");
  const own = await syllables(words);
  const frequent = theirs.toReversed().flatMap(({ all }) => all.filter(isHangul).map((code) => String.fromCodePoint(code)));
  const more = frequent.filter((one) => !own.includes(one)).slice(0, MORE);
  const ours = new Set([...LATIN, ...own, ...more].map((one) => one.codePointAt(0)));
  const faces = [];
  const fonts = {};
  for (const weight of Object.keys(WEIGHTS)) fonts[weight] = await readFile(path.join(from, `public/static/alternative/Pretendard-${weight}.ttf`));
  const piece = async (weight, name, text, range = listed(inOrder(text))) => {
    const file = path.join(out, `${weight.toLowerCase()}-${name}.woff2`);
    await writeFile(file, await subset(fonts[weight], text, { targetFormat: "woff2", keepFeatures: FEATURES }));
    faces.push(face(weight, file, range));
  };
  // Both weights of the same letters beside each other pack well. Of two faces with a character the last said is taken.
  const both = async (of) => {
    for (const weight of Object.keys(WEIGHTS)) await of(weight);
  };
  for (const { number, all } of theirs) {
    const range = listed(all.filter((code) => !isHangul(code) && !ours.has(code)));
    if (range) await both((weight) => faces.push(face(weight, path.join(from, `web/static/woff2-dynamic-subset/Pretendard-${weight}.subset.${number}.woff2`), range)));
  }
  for (const start of steps(FIRST, LAST, BLOCK)) {
    const block = steps(start, Math.min(start + BLOCK - 1, LAST), 1);
    const rare = String.fromCodePoint(...block.filter((code) => !ours.has(code)));
    await both((weight) => piece(weight, hex(start), rare, listed(block)));
  }
  for (const [place, text] of cut(more, SELDOM).entries()) await both((weight) => piece(weight, `more-${place}`, text));
  for (const [place, weight] of Object.keys(WEIGHTS).entries()) {
    const seldom = own.filter((one) => !often[place].includes(one));
    const pieces = [LATIN, ...cut([...often[place]], OFTEN[weight]), ...cut(seldom, SELDOM)];
    for (const [number, text] of pieces.entries()) await piece(weight, number, text);
  }
  await writeFile(path.join(out, "fonts.css"), faces.join("\n"));
}

const hex = (code) => code.toString(16);
const inOrder = (text) => [...text].map((one) => one.codePointAt(0)).sort((one, other) => one - other);
const isHangul = (code) => code >= FIRST && code <= LAST;
const steps = (first, last, step) => Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, place) => first + place * step);
const cut = (all, size) => steps(0, all.length - 1, size).map((start) => all.slice(start, start + size).join(""));
const face = (weight, file, range) => `@font-face{font-family:"${FAMILY}";font-weight:${WEIGHTS[weight]};font-display:swap;src:url("${file}") format("woff2");unicode-range:${range}}`;

// Characters as a style sheet names them: 41, 42, 43 and 50 are U+41-43,U+50.
function listed(all) {
  const spans = [];
  for (const code of all) {
    if (spans.at(-1)?.[1] === code - 1) spans.at(-1)[1] = code;
    else spans.push([code, code]);
  }
  return spans.map(([first, last]) => (first === last ? `U+${hex(first)}` : `U+${hex(first)}-${hex(last)}`)).join(",");
}

function codes(range) {
  const spans = range.split(",").map((one) => one.trim().slice(2).split("-").map((code) => parseInt(code, 16)));
  return spans.flatMap(([first, last = first]) => steps(first, last, 1));
}

// The syllables (and initial consonants) of the catalogue, the most frequent first.
async function syllables(folder) {
  const seen = new Map();
  for (const name of await readdir(folder)) {
    for (const [one] of (await readFile(path.join(folder, name), "utf8")).matchAll(/[ㄱ-ㅎ가-힣]/g)) seen.set(one, (seen.get(one) ?? 0) + 1);
  }
  return [...seen].sort(([one, often], [other, less]) => less - often || (one < other ? -1 : 1)).map(([one]) => one);
}
