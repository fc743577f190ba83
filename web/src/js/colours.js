// What a diagram is drawn with where its file names no colours: those of the house, light or dark.
export const colours = {
  defaultFillColor: "var(--surface)",
  defaultStrokeColor: "var(--text)",
  defaultLabelColor: "var(--text)",
};
