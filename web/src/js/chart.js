// Bars or lines over a table's own numbers, in the colours of the page.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

export function draw(place, { unit, rows, series }) {
  const look = getComputedStyle(document.documentElement);
  const colour = (name) => look.getPropertyValue(name).trim();
  const [text, line] = [colour("--muted"), colour("--line")];
  const chart = echarts.init(place);
  chart.setOption({
    aria: { enabled: true },
    animation: false,
    color: [colour("--accent"), colour("--ok"), colour("--warn"), colour("--info"), colour("--bad"), colour("--faint")],
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, color: text },
    grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: series.length > 1 ? { type: "scroll", top: 4, bottom: "auto", right: 12, left: "35%", textStyle: { color: text } } : undefined,
    tooltip: { trigger: "axis", renderMode: "richText", valueFormatter: (value) => value.toLocaleString() },
    xAxis: { type: "category", data: rows, axisLabel: { color: text, hideOverlap: true }, axisLine: { lineStyle: { color: line } } },
    yAxis: { type: "value", name: unit, nameTextStyle: { color: text, align: "left" }, axisLabel: { color: text }, splitLine: { lineStyle: { color: line } } },
    series: series.map((one) => ({ ...one, type: place.dataset.kind, barMaxWidth: 48 })),
  });
  new ResizeObserver(() => chart.resize()).observe(place);
}
