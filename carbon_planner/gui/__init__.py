"""The desktop: actions, map tool, dialogs, options page. Collects input, starts algorithms, shows what came out."""
