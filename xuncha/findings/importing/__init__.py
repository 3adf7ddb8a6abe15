"""Papers in: from the upload to drafts under review."""
