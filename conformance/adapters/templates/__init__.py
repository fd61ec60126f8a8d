"""What ``gradspec new-adapter`` writes: one file a language, and the README beside it. Nothing here is imported."""
