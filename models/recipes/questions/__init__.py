"""The sample's bundled recordings."""
