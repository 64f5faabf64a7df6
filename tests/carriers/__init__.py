"""What carries a story's words to a platform's fake and its answers back: one file a platform."""
