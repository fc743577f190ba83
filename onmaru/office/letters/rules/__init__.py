"""Letters read and composed, whom they may go to, and what their words hold: values in, values out."""
