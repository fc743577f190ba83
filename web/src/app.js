// What every page of the house does in the browser. Pages work by links and forms; this makes them quick.
import htmx from "htmx.org";
import { start as startColumns } from "./js/columns.js";
import { start as startDialogs } from "./js/dialogs.js";
import { start as startFollow } from "./js/follow.js";
import { start as startDrafts } from "./js/drafts.js";
import { start as startForms } from "./js/forms.js";
import { start as startLines } from "./js/lines.js";
import { start as startLive } from "./js/live.js";
import { start as startLists } from "./js/lists.js";
import { start as startPalette } from "./js/palette.js";
import { start as startPickers } from "./js/pickers.js";
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

for (const start of [startShell, startLists, startDrafts, startForms, startFollow, startPickers, startLines, startDialogs, startColumns, startPalette, startShortcuts, startLive]) start();
document.documentElement.dataset.ready = "";
