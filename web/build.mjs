// From web/src and the pinned packages to build/web: bundles, fonts and the sprite of the icons that are used.
import { build } from "esbuild";
import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { draw } from "./fonts.mjs";

const here = import.meta.dirname;
const out = path.join(here, "../build/web");
const print = path.join(here, "../build/print");
const fonts = path.join(here, "../build/fonts");
const modules = path.join(here, "node_modules");

async function islands() {
  const folder = path.join(here, "src/islands");
  return existsSync(folder) ? (await readdir(folder)).filter((name) => /\.(js|css)$/.test(name)).map((name) => path.join(folder, name)) : [];
}

async function bundle() {
  await build({
    entryPoints: [path.join(here, "src/app.js"), path.join(here, "src/app.css"), ...(await islands())],
    outdir: out,
    outbase: path.join(here, "src"),
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    entryNames: "[dir]/[name]",
    chunkNames: "parts/[name]-[hash]",
    assetNames: "fonts/[name]",
    alias: { "the-fonts": path.join(fonts, "fonts.css") },
    loader: { ".woff2": "file", ".woff": "empty", ".ttf": "empty", ".eot": "empty", ".svg": "file", ".png": "file" },
    legalComments: "linked",
    logLevel: "warning",
  });
}

// One name a line in icons.txt; a page shows one with <svg class="icon"><use href="{% static 'icons.svg' %}#NAME"/></svg>.
async function sprite() {
  const list = path.join(here, "src/icons.txt");
  const names = existsSync(list) ? (await readFile(list, "utf8")).split(/\s+/).filter(Boolean) : [];
  const symbols = await Promise.all(names.map(symbol));
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function symbol(name) {
  const file = path.join(modules, "@tabler/icons/icons/outline", `${name}.svg`);
  const inside = (await readFile(file, "utf8")).replace(/<!--.*?-->/gs, "").replace(/^.*?<svg[^>]*>|<\/svg>\s*$/gs, "");
  // How it is drawn is said once, by the style of .icon.
  return `<symbol id="${name}" viewBox="0 0 24 24">${inside.replace(/\s*\n\s*/g, "")}</symbol>`;
}

// What typst sets a page with; the browser has the woff2 subsets. Pretendard has no Hanja: Noto Sans KR stands in.
async function printing() {
  const from = path.join(modules, "pretendard/dist/public/static");
  for (const weight of ["Regular", "Medium", "SemiBold", "Bold"]) {
    await cp(path.join(from, `Pretendard-${weight}.otf`), path.join(print, `Pretendard-${weight}.otf`));
  }
  await cp(path.join(modules, "pretendard/dist/LICENSE.txt"), path.join(print, "LICENSE.txt"));
  const hanja = path.join(modules, "@embedpdf/fonts-kr");
  for (const weight of ["Regular", "Medium", "Bold"]) {
    await cp(path.join(hanja, "fonts", `NotoSansKR-${weight}.otf`), path.join(print, `NotoSansKR-${weight}.otf`));
  }
  await cp(path.join(hanja, "LICENSE"), path.join(print, "LICENSE-NotoSansKR.txt"));
}

for (const folder of [out, print, fonts]) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
}
await draw({ modules, words: path.join(here, "../onmaru/locale/ko/parts"), shown: path.join(here, "src/letters.txt"), out: fonts });
await Promise.all([bundle(), sprite(), printing()]);
