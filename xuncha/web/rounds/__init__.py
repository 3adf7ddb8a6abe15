"""Pages of terms and rounds."""
