"""The benchmarks, one file a claim. Each has `main() -> frame.Report`; `./run bench NAME` runs it."""
