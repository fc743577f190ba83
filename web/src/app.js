// What every page of the house does in the browser. Pages work by links and forms; this makes them quick.
import htmx from "htmx.org";
import { start as startAttach } from "./js/attach.js";
import { start as startColumns } from "./js/columns.js";
import { start as startDays } from "./js/days.js";
import { start as startDialogs } from "./js/dialogs.js";
import { start as startFollow } from "./js/follow.js";
import { start as startDrafts } from "./js/drafts.js";
import { groupAll, start as startForms } from "./js/forms.js";
import { add, count, start as startLines } from "./js/lines.js";
import { start as startLive } from "./js/live.js";
import { start as startLists } from "./js/lists.js";
import { start as startPalette } from "./js/palette.js";
import { quoted, start as startPickers } from "./js/pickers.js";
import { start as startScanning } from "./js/scanning.js";
import { start as startShell } from "./js/shell.js";
import { start as startShortcuts } from "./js/shortcuts.js";

// A refusal (422) carries the form with its reasons and takes the place of what was sent; other errors do not.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];
Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, historyCacheSize: 0, scrollBehavior: "instant" });

for (const start of [startShell, startLists, startDrafts, startFollow, startPickers, startLines, startForms, startAttach, startScanning, startDays, startDialogs, startColumns, startPalette, startShortcuts, startLive]) start();
// Only where there are lines to paste into.
if (document.querySelector("form[data-keep] table.sheet")) (await import("./js/pasting.js")).start({ add, count, groupAll, quoted });
document.documentElement.dataset.ready = "";
