"""What the data cannot show: people outside, outcomes not looked for, wrong links, later steps."""
