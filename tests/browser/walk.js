// Walks over the screens of the house in one open page: each takes the place of the one before, and the next is
// fetched meanwhile. What stands in the head of a page is waited for where it says how the page looks.
async ({ paths, looks, most }) => {
  const own = [...document.querySelectorAll("link[rel=stylesheet]")].map((one) => one.href);
  const sheets = new Map();
  const wrong = [];
  let seen = 0;
  const bring = async (path) => {
    const answer = await fetch(path);
    return { path, answer, text: /html/.test(answer.headers.get("content-type") ?? "") ? await answer.text() : "" };
  };
  const weigh = async (text) => (await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer()).byteLength;
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
    seen += 1;
    const weight = await weigh(text.replace(/src="data:[^"]*"/g, "")); // a picture of a paper is a paper
    if (weight > most) wrong.push(`${path} weighs ${weight}`);
    if (!made.title.split(" · ")[0]) wrong.push(`${path} has no title`);
    await dress(made);
    document.querySelector("main").replaceWith(document.adoptNode(main));
    const [theme, contrast] = looks[place % looks.length];
    Object.assign(document.documentElement.dataset, { theme, contrast });
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
