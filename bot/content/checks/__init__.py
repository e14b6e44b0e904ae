"""The checks of content, one file per subject."""
