// Walks over the screens of the house in one open page: each takes the place of the one before, and the next is
// fetched meanwhile. What stands in the head of a page is waited for where it says how the page looks. What a page weighs
// in a browser that never was here is added up: the page, all that it names, and the letters of what is seen and of the
// whole menu. What scripts fetch by themselves is weighed in `test_views`.
async ({ paths, looks, first, after }) => {
  const own = [...document.querySelectorAll("link[rel=stylesheet]")].map((one) => one.href);
  const sheets = new Map();
  const wrong = [];
  let seen = 0;
  const bring = async (path) => {
    const answer = await fetch(path);
    return { path, answer, text: /html/.test(answer.headers.get("content-type") ?? "") ? await answer.text() : "" };
  };
  const weigh = async (text) => (await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()).byteLength;
  const known = new Map();
  const part = (url) => {
    if (!known.has(url)) known.set(url, take(url));
    return known.get(url);
  };
  const take = async (url) => {
    const answer = await fetch(url);
    const packed = /woff2|png|jpeg|gif/.test(answer.headers.get("content-type"));
    const text = packed ? "" : await answer.text();
    const named = url.endsWith(".js") ? [...text.matchAll(/(?:from|import)"(\.[^"]+)"/g)].map(([, path]) => new URL(path, url).href) : [];
    const stays = url.includes("/static/") || answer.headers.has("etag");
    return { weight: packed ? (await answer.blob()).size : await weigh(text), named, stays };
  };
  const pieces = { thick: new Map(), thin: new Map() };
  for (const sheet of document.styleSheets) {
    for (const { style } of [...sheet.cssRules].filter((rule) => rule instanceof CSSFontFaceRule && rule.style.getPropertyValue("unicode-range"))) {
      const url = new URL(style.getPropertyValue("src").match(/url\("(.*?)"\)/)[1], sheet.href).href;
      const of = pieces[parseInt(style.getPropertyValue("font-weight")) > 550 ? "thick" : "thin"];
      for (const span of style.getPropertyValue("unicode-range").split(",")) {
        const [from, to = from] = span.trim().slice(2).split("-").map((code) => parseInt(code, 16));
        for (let code = from; code <= to; code += 1) of.set(code, url); // of two the browser takes the last
      }
    }
  }
  const lettersOf = (shell) => {
    const found = new Set();
    const add = (text, of) => [...text].forEach((one) => of.has(one.codePointAt(0)) && found.add(of.get(one.codePointAt(0))));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { data, parentElement } = walker.currentNode;
      if (data.trim() && parentElement.checkVisibility()) add(data, parseInt(getComputedStyle(parentElement).fontWeight) > 550 ? pieces.thick : pieces.thin);
    }
    add(shell, pieces.thin);
    return found;
  };
  const namedBy = (made) => {
    const own = [...made.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src], img[src], svg use")];
    return new Set(own.map((one) => (one.href?.baseVal ?? one.href ?? one.src).split("#")[0]).filter((one) => !one.startsWith("data:")).map((one) => new URL(one, location.href).href));
  };
  const heft = async (path, text, named, letters) => {
    for (const url of named) (await part(url)).named.forEach((one) => named.add(one)); // and what those name
    const all = await Promise.all([...named, ...letters].map(part));
    const page = await weigh(text);
    const sum = (some) => some.reduce((total, { weight }) => total + weight, page);
    if (sum(all) > first) wrong.push(`${path} weighs ${sum(all)} at first`);
    const again = sum(all.filter(({ stays }) => !stays));
    if (again > after) wrong.push(`${path} weighs ${again} after it`);
  };
  const dress = async (made) => {
    const wanted = [...made.querySelectorAll("link[rel=stylesheet]")].map((one) => one.href).filter((href) => !own.includes(href));
    for (const href of wanted.filter((one) => !sheets.has(one))) {
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
      sheets.set(href, link);
      await new Promise((done) => ((link.onload = done), (link.onerror = done), document.head.append(link)));
    }
    for (const [href, link] of sheets) link.disabled = !wanted.includes(href);
  };
  const look = async (path, text, place) => {
    const made = new DOMParser().parseFromString(text, "text/html");
    const main = made.querySelector("main");
    if (!main || !made.querySelector(".shell")) return;
    const named = namedBy(made);
    seen += 1;
    if (!made.title.split(" · ")[0]) wrong.push(`${path} has no title`);
    await dress(made);
    document.querySelector("main").replaceWith(document.adoptNode(main));
    const [theme, contrast] = looks[place % looks.length];
    Object.assign(document.documentElement.dataset, { theme, contrast });
    await heft(path, text, named, lettersOf(made.querySelector(".shell").textContent));
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0 || main.scrollWidth > innerWidth) wrong.push(`${path} is wider than the phone`);
    const { violations } = await axe.run(main, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], preload: false });
    for (const one of violations.filter(({ impact }) => ["serious", "critical"].includes(impact))) {
      for (const node of one.nodes.slice(0, 2)) wrong.push(`${path} ${theme} ${contrast}: ${one.id} ${node.target} ${node.any[0]?.message ?? ""}`);
    }
  };
  let next = bring(paths[0]);
  for (const [place, path] of paths.entries()) {
    const { answer, text } = await next;
    next = paths[place + 1] && bring(paths[place + 1]);
    if (answer.status >= 500) wrong.push(`${path} answers ${answer.status}`);
    if (answer.ok && text) await look(path, text, place);
  }
  return { seen, wrong };
};
